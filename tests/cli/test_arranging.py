"""Holding, asking why, releasing and undoing, as commands."""

from studio_desk import Desk


def test_a_job_is_held_asked_about_released_and_put_back(prepared: Desk) -> None:
    def good(*words: str) -> str:
        said = prepared.here(*words)
        assert (said.status, said.err) == (0, "")
        return said.out

    held = good("queue", "hold", "Poster", "Backlog*", "--reason", "proof  first")
    assert "held  Poster: proof first" in held and held.count("held  ") == 9
    again = good("queue", "hold", "Poster", "--reason", "proof first")
    assert again.startswith("held already  Poster")
    cure = "it is held: proof first: plotty queue release 'Poster'"
    assert cure in good("why", "Poster")
    released = prepared.here("queue", "release", "Poster", "--json").json
    assert released == [{"name": "Poster", "held": ""}]
    refused = prepared.here("queue", "release", "Poster")
    assert (refused.status, refused.err) == (1, "plotty: Poster is not held\n")
    undone = prepared.here("undo", "--json").json
    assert set(undone) == {"undone", "jobs", "by", "at"}
    assert (undone["undone"], undone["jobs"]) == ("Poster released", 1)
    assert "taken back: 9 jobs are held" in good("undo")
    nothing = prepared.here("undo")
    assert nothing.status == 1 and "nothing to take back" in nothing.err
    good("remove", "Backlog*", "--yes")
    assert "taken back: 8 jobs removed" in good("undo")
    assert "Backlog 4" in good("list", "queue")
