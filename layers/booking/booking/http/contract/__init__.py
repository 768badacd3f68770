"""What the API takes and gives, declared once.

A request's query or body and an answer are structs of `Fields`: names, forms, limits, whether required, a sentence and
an example of each. `reading` turns what was sent into such a struct, or lists every fault. An `Operation` names one
route with its structs, scopes, answers and errors; the function registers it (`@api.route(RESERVE_TIME_SLOT)`), and
`local/openapi.py` builds the OpenAPI description from all of them. See docs/contract.md.
"""
