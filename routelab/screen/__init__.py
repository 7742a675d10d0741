"""Records to what people see: plain text, and rich renderables."""
