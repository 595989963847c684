"""The API's prices in words. 1 credit is 1 US cent; test keys pay nothing."""

PRICES = {
    "a prediction": "5 credits",
    "finding an element": "3 credits",
    "a new session": "10 credits, without surcharges",
    "a prediction in a session": "4 credits",
    "surcharges of a prediction": "2 for each earlier picture, 1 for each picture over 1280x720, "
    "3 for engine v1, 1 for prompts over 500 characters",
    "a step of a run or of a workflow's task": "5 credits (v1: 8)",
    "a scheduled run": "10 subscription credits a minute, at least 20",
    "a snapshot": "1 credit",
    "a running machine": "5 credits an hour (windows 9)",
    "a stopped machine": "1 credit an hour",
    "everything else": "free",
}
