"""The sans-I/O core: what happens to one statement, as data and generators.

Nothing here knows a driver, a thread, a clock, a file or an event loop; those come in as the answers
to the effects that the flows yield (see :mod:`pcishield.core.flow`).
"""
