"""The whole API on one machine: starts, deploys, fills and stops it."""
