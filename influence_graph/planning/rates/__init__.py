"""Published prices of posts, one TOML file each: what a creator without a price of their own is assumed to cost."""
