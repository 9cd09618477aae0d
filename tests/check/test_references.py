"""A name that leads nowhere is found before anything is spent, with what was probably meant."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from committed import PARAMS

from domaintune.check.references import availability_problems, cross_section_problems
from domaintune.check.sections import SECTIONS
from domaintune.core.stage.params import read_yaml

ROOT = Path(__file__).parents[2]


def problems(path: Path) -> str:
    return "\n".join(cross_section_problems(path, path.parent / "catalog/grades"))


def test_the_shipped_file_is_consistent_and_its_sections_are_the_known_ones() -> None:
    assert not cross_section_problems(PARAMS, ROOT / "catalog/grades")
    assert set(read_yaml(PARAMS)) == set(SECTIONS)


def test_every_broken_reference_is_named_at_once_with_a_suggestion(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(
        "trian: {}\nsources: {nasa: {}, Foo: {}}\nmodels: {original: {}}\n"
        "tasks: {t: {sources: [nasa, nsaa]}}\nreferences: {r: {source: nada}}\n"
        "arms: {base: {model: orignal, baseline: bsae}, served: {model: original, baseline: base, mixture: [x],"
        " endpoint: {server: s}}}\nrubrics: {match: {}}\ncompare: {primary: [mtach.matching]}\n",
        encoding="utf-8",
    )
    lines = problems(path)
    for part in (
        "trian: unknown section (did you mean train?)",
        "sources.Foo: a name matches",
        "tasks.t.sources: nsaa is not an entry of sources (did you mean nasa?)",
        "references.r.source: nada is not an entry of sources",
        "arms.base.model: orignal is not an entry of models or vocabulary (did you mean original?)",
        "arms.served: has an endpoint",
        "arms.base.baseline: bsae is not an entry of arms (did you mean base?)",
        "arms.served.mixture: no task or set has the group x",
        "compare.primary: mtach.matching: mtach is not an entry of rubrics (did you mean match?)",
    ):
        assert part in lines
    assert len(lines.splitlines()) == 9


def test_an_arm_may_name_an_extended_model_whose_base_is_there_under_a_name_of_its_own(
    tmp_path: Path,
) -> None:
    path = tmp_path / "params.yaml"
    right = "models: {original: {}}\nvocabulary: {korean: {model: original}}\narms: {a: {model: korean, baseline: a}}\n"
    path.write_text(right, encoding="utf-8")
    assert not problems(path)
    path.write_text(
        "models: {original: {}}\nvocabulary: {original: {model: orignal}}\narms: {a: {model: koraen, baseline: a}}\n",
        encoding="utf-8",
    )
    found = problems(path)
    assert found.splitlines() == [
        f"{path}: vocabulary.original: models has an entry of this name too; give it a name of its own",
        f"{path}: vocabulary.original.model: orignal is not an entry of models (did you mean original?)",
        f"{path}: arms.a.model: koraen is not an entry of models or vocabulary; known here: original",
    ]


def test_a_benchmark_is_never_trained_on_and_a_mixture_names_groups_and_tasks_that_are_there(
    tmp_path: Path,
) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(
        "sources: {papers: {kind: documents}, exam: {kind: questions, use: train}, mmlu: {kind: questions, use: benchmark}}\n"
        "tasks: {summary: {group: public, reads: questions, sources: [papers]}, quiz: {group: korean, reads: questions,"
        " sources: [exam, mmlu]}}\n"
        "benchmarks: {a: {split: benchmark, sources: [exam]}, b: {split: test, sources: [exam]}, c: {split: test,"
        " sources: [papers]}, d: {split: benchmark, sources: [mmlu], shots_from: [exam]}}\n"
        "models: {m: {}}\n"
        "arms: {x: {model: m, baseline: x, mixture: [pubic]}, y: {model: m, baseline: x, mixture: {groups: [korean],"
        " caps: {quizz: 3}, weights: {summary: 1.0}}}}\n",
        encoding="utf-8",
    )
    lines = problems(path)
    for part in (
        "tasks.summary: reads questions, but one of its sources has kind documents",
        "tasks.quiz: its source mmlu has use benchmark",
        "benchmarks.a: split benchmark needs sources with use benchmark; exam has not",
        "benchmarks.c.sources: papers has kind documents, not questions",
        "benchmarks.d.shots_from: exam is not a source of questions with use benchmark",
        "arms.x.mixture: no task or set has the group pubic (did you mean public?)",
        "arms.y.mixture.caps: quizz is not a task of its groups (did you mean quiz?)",
        "arms.y.mixture.weights: summary is not a task of its groups",
    ):
        assert part in lines
    assert len(lines.splitlines()) == 8


SETS = """
sources: {alpaca: {kind: instructions}, bench: {kind: instructions, format: mt_bench}, papers: {kind: documents}}
tasks: {summary: {group: science, reads: documents, sources: [papers]}}
sets:
  en: {source: alpaca, task: alpaca, group: open, use: train, to: null, max_rows: null}
  ko: {source: alpaca, task: alpaca, group: open, use: train, to: ko, max_rows: null}
  asked: {source: alpaca, task: eval, group: held, use: evaluate, to: null, max_rows: null}
  %s
models: {m: {}}
arms: {x: {model: m, baseline: x, mixture: {groups: [open, science%s], caps: {alpaca: 3, summary: 1%s}}}}
teacher: {max_tokens: 512}
translate: {max_tokens_a_request: %s}
"""


def test_groups_and_tasks_of_sets_are_known_to_mixtures(tmp_path: Path) -> None:
    (tmp_path / "params.yaml").write_text(SETS % ("", "", "", 400), encoding="utf-8")
    assert not problems(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (("b: {source: alpca, task: b}", "", "", 400), "sets.b.source: alpca is not an entry of sources (did you mean alpaca?)"),
        (("b: {source: papers, task: b}", "", "", 400), "sets.b.source: papers has kind documents, not instructions"),
        (("b: {source: bench, task: b, use: train}", "", "", 400), "sets.b.use: bench holds questions without answers (mt_bench); use: evaluate"),
        (("B: {source: alpaca, task: b}", "", "", 400), "sets.B: a name matches"),
        (("b: {source: alpaca, task: summary, group: science}", "", "", 400), "sets.b.task: summary is an entry of tasks"),
        (("b: {source: alpaca, task: alpaca, group: open, to: ko}", "", "", 400), "sets.b: has source, task and language of ko"),
        (("", ", held", "", 400), "arms.x.mixture: no task or set has the group held"),
        (("", "", ", eval: 2", 400), "arms.x.mixture.caps: eval is not a task of its groups"),
        (("", "", "", 600), "translate.max_tokens_a_request: 600 is more than teacher.max_tokens = 512"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_set_is_named(tmp_path: Path, changes: tuple[object, ...], message: str) -> None:
    (tmp_path / "params.yaml").write_text(SETS % changes, encoding="utf-8")
    found = problems(tmp_path / "params.yaml")
    assert message in found
    assert len(found.splitlines()) == 1


def test_rows_of_a_language_without_a_way_back_are_not_translated_back(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    text = (
        "sources: {a: {kind: instructions, languages: [en, ko]}, b: {kind: instructions, languages: [ja, en]}}\n"
        "sets: {x: {source: a, task: x, to: ko}, y: {source: b, task: y, to: ko}, z: {source: b, task: z, to: null}}\n"
        "translate: {back_translation: %s}\n"
    )
    path.write_text(text % 0, encoding="utf-8")
    assert not problems(path)
    path.write_text(text % 5, encoding="utf-8")
    found = problems(path)
    assert found == (
        f"{path}: sets.y: translate.back_translation goes back into en and ko only, but its source b is in ja; "
        "set translate.back_translation to 0"
    )


def test_an_endpoint_is_bound_by_no_answer_s_length_but_its_server_must_be_there(tmp_path: Path) -> None:
    path, held = tmp_path / "params.yaml", "translate: {max_tokens_a_request: 600}"
    sent = "translate: {max_tokens_a_request: 600, engine: endpoint, endpoint: {server: %s}}"
    servers = "\nruntime: {servers: {translator: {}}}\n"
    text = SETS % ("", "", "", 600)
    path.write_text(text.replace(held, sent % "translator") + servers, encoding="utf-8")
    assert not problems(path)
    path.write_text(text.replace(held, sent % "translater") + servers, encoding="utf-8")
    assert re.search(r"translate\.endpoint\.server: translater .*did you mean translator", problems(path))


@pytest.mark.parametrize(
    "text",
    [
        "models: {m: {}}\narms: {a: {model: [m], baseline: a}}\n",
        "sources: {}\ntasks: {}\nsets: {a: {source: s, task: [x]}}\n",
        "sources: {s: {}}\nbenchmarks: {b: {sources: [{s: 1}]}}\n",
        "translate: {engine: endpoint, endpoint: {server: [t]}}\nruntime: {servers: {t: {}}}\n",
    ],
)
def test_a_list_where_a_name_belongs_is_a_problem_and_no_crash(tmp_path: Path, text: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text, encoding="utf-8")
    assert re.search("is not an entry of", problems(path))


def test_all_problems_of_the_file_come_in_one_message_and_no_gate_is_written(
    tmp_path: Path, stopped: Callable[[], str]
) -> None:
    text = PARAMS.read_text(encoding="utf-8")
    for old, new in (
        ("  learning_rate: 0.004\n  scheduler", "  learning_rate: -1.0\n  scheduler"),
        ("tuned: {model: original,", 'tuned: {model: "original; touch pwned",'),
        ("path: data/raw/starter/nasa/projects.csv", "path: \"raw/x'; touch pwned; '.csv\""),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    said = stopped()
    assert "train.learning_rate" in said
    assert "arms.tuned.model: original; touch pwned is not an entry of models" in said
    assert "sources.starter_projects.path" in said


SERVERS = {"servers": {"teacher": {}, "judge": {}}}
HELD_OUT = {"questions": {"n": 5, "from": "test", "context": "none"}}


def test_every_server_that_is_named_must_be_known() -> None:
    found = list(
        availability_problems({
            "runtime": SERVERS,
            "arms": {"gpt_4": {"endpoint": {"server": "jugde"}}, "base": {}},
            "teacher": {"backend": "openai", "server": "tutor"},
            "judge": {"model": {"backend": "token_f1", "server": "nobody asks it"}},
            "grade": {"model": {"backend": "openai", "server": "judge"}},
        })
    )  # fmt: skip
    assert found == [
        "arms.gpt_4.endpoint.server: jugde is not an entry of runtime.servers (did you mean judge?)",
        "teacher.server: tutor is not an entry of runtime.servers; known here: judge, teacher",
    ]


def test_test_questions_need_something_held_out() -> None:
    asked: dict[str, Any] = {
        "corpus": {"test_fraction": 0.0}, "answer": HELD_OUT, "sets": {"a": {"use": "train"}},
        "benchmarks": {"exam": {"split": "test"}, "mmlu": {"split": "benchmark"}},
    }  # fmt: skip
    assert [fault.partition(":")[0] for fault in availability_problems(asked)] == [
        "benchmarks.exam.split",
        "answer.questions.from",
    ]
    assert not list(availability_problems({**asked, "corpus": {"test_fraction": 0.1}}))
    evaluated = {**asked, "sets": {"a": {"use": "evaluate"}}, "benchmarks": {}}
    assert not list(availability_problems(evaluated))


@pytest.mark.parametrize("value", [3, "x", [1], [["a"]], {"a": [1]}, {"a": {"endpoint": [1]}}, None])
def test_values_of_wrong_types_are_left_to_their_own_sections(value: Any) -> None:
    names = ("runtime", "arms", "teacher", "judge", "grade", "corpus", "benchmarks", "answer", "sets")
    assert not list(availability_problems(dict.fromkeys(names, value)))
