"""The leak table; start reading at ``table``."""
