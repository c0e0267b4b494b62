"""Write: themes become drafts, drafts are proved, the gate decides."""
