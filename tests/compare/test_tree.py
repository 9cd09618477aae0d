"""The comparison is read back as it was written: typed, whole, and only by the version that wrote it."""

import json

import pytest

from domaintune.core.stage.errors import InputError
from domaintune.science.comparison.tree import as_json, read_comparison


def written(make):
    project = make.build(make.study(), benchmarks={"exam": make.local | {"role": "general"}})
    project.write_spec("exam")
    for arm, right in (("base", "1110"), ("tuned", "1u01")):
        project.write_items(arm, make.items(arm, all=right))
    return make.run(project)[0] / "comparison/comparison.json"


def test_what_was_written_is_read_back_as_records_that_say_the_same(make):
    path = written(make)
    found = read_comparison(path)
    assert as_json(found) == json.loads(path.read_text())
    assert found.arms["tuned"].rubrics["match"].paired["matching"].statistics.difference.mean == 0.4
    (pair,) = found.benchmarks["exam"].methods[0].pairs
    assert (pair.only_a, pair.only_b) == (1, 2)
    assert found.benchmarks["exam"].methods[0].scores["tuned"].pooled.unread == 1
    assert found.suite.arms["tuned"].benchmarks[0].forgetting.verdict == "undecided"
    assert (found.single, found.selection) == (None, None)
    assert "single" not in path.read_text()


@pytest.mark.parametrize("change", [{"arms": {"tuned": {}}}, {"of_another_version": 1}])
def test_a_comparison_of_another_version_is_one_clear_message(make, change):
    path = written(make)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(
        InputError, match=r"comparison\.json: not a comparison of this version(.|\n)*dvc repro compare"
    ):
        read_comparison(path)
