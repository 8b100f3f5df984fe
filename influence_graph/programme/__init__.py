"""What the strategist asks of the whole programme."""
