"""Between API Gateway events and the rest: parsing, identity, responses, errors."""
