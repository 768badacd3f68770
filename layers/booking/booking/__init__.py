"""The booking API's own package, shared by every function as a Lambda layer."""

import gc

# What importing makes, some 80,000 objects, stays: looking for garbage among it only makes a cold start longer. With
# this threshold the collector sleeps until all is imported; then http/api.py takes what there is out of its sight.
gc.set_threshold(100_000)
