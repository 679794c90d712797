"""Signers and key providers, one file each; none imports another."""
