"""A name that leads nowhere is found before anything is spent, with what was probably meant."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from committed import PARAMS, ROOT

from domaintune.check.references import availability_problems, cross_section_problems
from domaintune.check.sections import SECTIONS
from domaintune.core.stage.params import read_yaml


def problems(folder: Path, text: str) -> list[str]:
    path = folder / "params.yaml"
    path.write_text(text, encoding="utf-8")
    found = cross_section_problems(path, folder / "catalog/grades")
    return [line.removeprefix(f"{path}: ") for line in found]


def test_the_shipped_file_is_consistent_and_its_sections_are_the_known_ones() -> None:
    assert not cross_section_problems(PARAMS, ROOT / "catalog/grades")
    assert set(read_yaml(PARAMS)) == set(SECTIONS)


BROKEN = {
    "names that lead nowhere": (
        "trian: {}\nsources: {nasa: {}}\nmodels: {original: {}}\n"
        "tasks: {t: {sources: [nasa, nsaa]}}\nreferences: {r: {source: nada}}\n"
        "arms: {base: {model: orignal, baseline: bsae}, served: {model: original, baseline: base, mixture: [x],"
        " endpoint: {server: s}}}\nrubrics: {match: {}}\ncompare: {primary: [mtach.matching]}\n",
        "trian: unknown section (did you mean train?)",
        "arms.served: has an endpoint",
        "compare.primary: mtach.matching: mtach is not an entry of rubrics (did you mean match?)",
        "references.r.source: nada is not an entry of sources",
        "tasks.t.sources: nsaa is not an entry of sources (did you mean nasa?)",
        "arms.base.model: orignal is not an entry of models or vocabulary (did you mean original?)",
        "arms.base.baseline: bsae is not an entry of arms (did you mean base?)",
        "arms.served.mixture: no task or set has the group x",
    ),
    "an extended model whose base is there under a name of its own": (
        "models: {original: {}}\nvocabulary: {korean: {model: original}}\narms: {a: {model: korean, baseline: a}}\n",
    ),
    "an extended model without a base": (
        "models: {original: {}}\nvocabulary: {original: {model: orignal}}\narms: {a: {model: koraen, baseline: a}}\n",
        "vocabulary.original: models has an entry of this name too; give it a name of its own",
        "vocabulary.original.model: orignal is not an entry of models (did you mean original?)",
        "arms.a.model: koraen is not an entry of models or vocabulary; known here: original",
    ),
    "a benchmark that is trained on, and groups and tasks that are not there": (
        "sources: {papers: {kind: documents}, exam: {kind: questions, use: train}, mmlu: {kind: questions, use: benchmark}}\n"
        "tasks: {summary: {group: public, reads: questions, sources: [papers]}, quiz: {group: korean, reads: questions,"
        " sources: [exam, mmlu]}}\n"
        "benchmarks: {a: {split: benchmark, sources: [exam]}, b: {split: test, sources: [exam]}, c: {split: test,"
        " sources: [papers]}, d: {split: benchmark, sources: [mmlu], shots_from: [exam]}}\n"
        "models: {m: {}}\n"
        "arms: {x: {model: m, baseline: x, mixture: [pubic]}, y: {model: m, baseline: x, mixture: {groups: [korean],"
        " caps: {quizz: 3}, weights: {summary: 1.0}}}}\n",
        "tasks.summary: reads questions, but one of its sources has kind documents",
        "tasks.quiz: its source mmlu has use benchmark",
        "benchmarks.a: split benchmark needs sources with use benchmark; exam has not",
        "benchmarks.c.sources: papers has kind documents, not questions",
        "benchmarks.d.shots_from: exam is not a source of questions with use benchmark",
        "arms.y.mixture.caps: quizz is not a task of its groups (did you mean quiz?)",
        "arms.y.mixture.weights: summary is not a task of its groups",
        "arms.x.mixture: no task or set has the group pubic (did you mean public?)",
    ),
    "servers that are not known": (
        "runtime: {servers: {teacher: {}, judge: {}}}\narms: {gpt_4: {endpoint: {server: jugde}}, base: {}}\n"
        "teacher: {backend: openai, server: tutor}\njudge: {model: {backend: token_f1, server: nobody asks it}}\n"
        "grade: {model: {backend: openai, server: judge}}\n",
        "arms.gpt_4.endpoint.server: jugde is not an entry of runtime.servers (did you mean judge?)",
        "teacher.server: tutor is not an entry of runtime.servers; known here: judge, teacher",
    ),
    "an endpoint, which is bound by no answer's length, at a server that is not known": (
        "sets: {a: {source: s, task: a, to: ko}}\nteacher: {max_tokens: 512}\nruntime: {servers: {translator: {}}}\n"
        "translate: {max_tokens_a_request: 600, engine: endpoint, endpoint: {server: translater}}\n",
        "translate.endpoint.server: translater is not an entry of runtime.servers (did you mean translator?)",
    ),
    "questions of a test split that holds nothing out": (
        "corpus: {test_fraction: 0.0}\nanswer: {questions: {n: 5, from: test}}\nsets: {a: {use: train}}\n"
        "benchmarks: {exam: {split: test}, mmlu: {split: benchmark}}\n",
        "benchmarks.exam.split: test, but corpus.test_fraction is 0",
        "answer.questions.from: test, but corpus.test_fraction is 0",
    ),
    "questions of a set that is evaluated": (
        "corpus: {test_fraction: 0.0}\nanswer: {questions: {n: 5, from: test}}\nsets: {a: {use: evaluate}}\n",
    ),
    "an arm that asks of a grading what it has not": (
        "gradings: {writing: {groups: [open], max_rows: null}, poems: {groups: [more], max_rows: 3}}\narms:\n"
        "  a: {mixture: {groups: [open, more], rows: graded, grades: {grading: writing}}}\n"
        "  b: {mixture: {groups: [open, more], rows: all, grades: {grading: writing}}}\n"
        "  c: {mixture: {groups: [open], rows: graded, grades: {grading: writing}}}\n"
        "  d: {mixture: {groups: [open], rows: ungraded, grades: {grading: writing}}}\n"
        "  e: {mixture: {groups: [open], rows: all, grades: {grading: poems}}}\n"
        "  f: {mixture: {groups: [open], rows: all, grades: {grading: writting}}}\n",
        "arms.f.mixture.grades.grading: writting is not an entry of gradings (did you mean writing?)",
        "arms.a.mixture.rows: graded leaves nothing of the groups ['more'], which gradings.writing does not grade",
        "arms.d.mixture.rows: ungraded leaves nothing but rows that could not be graded, because gradings.writing.max_rows",
        "arms.e.mixture.grades.grading: poems grades the groups ['more'], none of the arm's ['open']",
    ),
    "what is wrong with sets": (
        "sources: {alpaca: {kind: instructions}, bench: {kind: instructions, format: mt_bench}, papers: {kind: documents}}\n"
        "tasks: {summary: {group: science, reads: documents, sources: [papers]}}\nmodels: {m: {}}\nsets:\n"
        "  en: {source: alpaca, task: alpaca, group: open, use: train, to: null}\n"
        "  ko: {source: alpaca, task: alpaca, group: open, use: train, to: ko}\n"
        "  again: {source: alpaca, task: alpaca, group: open, use: train, to: ko}\n"
        "  asked: {source: alpaca, task: eval, group: held, use: evaluate}\n"
        "  lost: {source: alpca, task: lost}\n"
        "  other: {source: papers, task: other}\n"
        "  bare: {source: bench, task: bare, use: train}\n"
        "  named: {source: alpaca, task: summary, group: science}\n"
        "arms: {x: {model: m, baseline: x, mixture: {groups: [open, science, held], caps: {alpaca: 3, summary: 1, eval: 2}}}}\n"
        "teacher: {max_tokens: 512}\ntranslate: {max_tokens_a_request: 600}\n",
        "sets.lost.source: alpca is not an entry of sources (did you mean alpaca?)",
        "sets.again: has source, task and language of ko",
        "sets.other.source: papers has kind documents, not instructions",
        "sets.bare.use: bench holds questions without answers (mt_bench); use: evaluate",
        "sets.named.task: summary is an entry of tasks",
        "arms.x.mixture.caps: eval is not a task of its groups",
        "arms.x.mixture: no task or set has the group held",
        "translate.max_tokens_a_request: 600 is more than teacher.max_tokens = 512",
    ),
    "a language without a way back": (
        "sources: {a: {kind: instructions, languages: [en, ko]}, b: {kind: instructions, languages: [ja, en]}}\n"
        "sets: {x: {source: a, task: x, to: ko}, y: {source: b, task: y, to: ko}, z: {source: b, task: z, to: null}}\n"
        "translate: {back_translation: 5}\n",
        "sets.y: translate.back_translation goes back into en and ko only, but its source b is in ja; set "
        "translate.back_translation to 0",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_every_broken_reference_is_named_at_once_with_a_suggestion(tmp_path: Path, case: str) -> None:
    text, *expected = BROKEN[case]
    found = problems(tmp_path, text)
    assert len(found) == len(expected)
    for line, part in zip(found, expected, strict=True):
        assert part in line


def test_a_list_where_a_name_belongs_is_a_problem_and_no_crash(tmp_path: Path) -> None:
    for text in (
        "models: {m: {}}\narms: {a: {model: [m], baseline: a}}\n",
        "sources: {}\ntasks: {}\nsets: {a: {source: s, task: [x]}}\n",
        "sources: {s: {}}\nbenchmarks: {b: {sources: [{s: 1}]}}\n",
        "translate: {engine: endpoint, endpoint: {server: [t]}}\nruntime: {servers: {t: {}}}\n",
    ):
        assert "is not an entry of" in "\n".join(problems(tmp_path, text)), text


def test_all_problems_of_the_file_come_in_one_message_and_no_gate_is_written(
    tmp_path: Path, stopped: Callable[[], str]
) -> None:
    text = PARAMS.read_text(encoding="utf-8")
    for old, new in (
        ("  learning_rate: 0.001\n  scheduler", "  learning_rate: -1.0\n  scheduler"),
        ("tuned: {model: original,", 'tuned: {model: "original; touch pwned",'),
        ("path: data/raw/starter/nasa/projects.csv", 'path: "raw/x\\n.csv"'),
    ):
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    said = stopped()
    assert "train.learning_rate" in said
    assert "arms.tuned.model: original; touch pwned is not an entry of models" in said
    assert "sources.starter_projects.path" in said


@pytest.mark.parametrize("value", [3, "x", [1], [["a"]], {"a": [1]}, {"a": {"endpoint": [1]}}, None])
def test_values_of_wrong_types_are_left_to_their_own_sections(value: Any) -> None:
    names = ("runtime", "arms", "teacher", "judge", "grade", "corpus", "benchmarks", "answer", "sets")
    assert not list(availability_problems(dict.fromkeys(names, value)))
