"""What a person looks at: the report, the influence map, and the figures in them."""
