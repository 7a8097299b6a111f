"""Addresses of the live part of the API, and what it answers."""

from __future__ import annotations

STATS = "/api/cameras/front-door/stats/"
LATEST = "/api/cameras/front-door/latest/"
PICTURE_URL = "/api/cameras/front-door/latest.jpg"
SYSTEM = "/api/stats/"
OF_CAMERA = (STATS, LATEST, PICTURE_URL)


def is_not_now(response):
    return response.status_code == 503 and int(response["Retry-After"]) > 0 and is_problem(response)


def is_problem(response):
    return (
        response["Content-Type"] == "application/problem+json"
        and response.json()["status"] == response.status_code
    )
