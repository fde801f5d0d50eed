"""Other formats to banks: one module a format."""
