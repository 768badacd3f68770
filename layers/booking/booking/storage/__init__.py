"""Storage in DynamoDB. No other package knows DynamoDB."""
