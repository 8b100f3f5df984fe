"""The layouts of platforms' exports, one TOML file each; ``general.toml`` holds what columns are called anywhere."""
