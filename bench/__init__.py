"""Quality and speed, measured; imported by nothing."""
