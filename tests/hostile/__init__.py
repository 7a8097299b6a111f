"""Hostile and broken clients against a real system, with a witness who must notice nothing.

A test attacks the system for a few seconds inside `stand.attack()`, and asserts what it then knows:

    async with stand.attack() as harm:
        await flood(stand.url)
    harm.assert_unnoticed()
    await stand.assert_back_to_base()

Attackers run in the test's own process; the witness has one of its own. The promises are a lag of
0.1 s and a gap that grows by 0.1 s; tests assert generously, for busy machines, and print figures.
"""
