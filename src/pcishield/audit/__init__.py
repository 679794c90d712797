"""The tamper-evident audit trail as values: records, canonical bytes, chain, tree, checkpoints, verification.

Nothing here reads a clock or opens a file. The log on disk is :mod:`pcishield.runtime.log`.
"""
