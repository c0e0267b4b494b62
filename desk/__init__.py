"""The editors' desk: a local web application in which drafts are read beside their proof, changed, published and withdrawn."""
