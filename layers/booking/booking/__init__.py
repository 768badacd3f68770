"""The booking API's own package, shared by every function as a Lambda layer."""
