"""What `domaintune source add` proposes for a file or folder, and what it refuses to propose."""

import json
import pickle
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from domaintune.cli.proposing import propose
from domaintune.cli.source import entry_text, key_of
from domaintune.core.sections.sources import AnySource
from domaintune.core.stage.errors import InputError
from domaintune.core.stage.params import load_mapping
from domaintune.ingest.document_formats import SHAPES

TEXT = "x" * 120
WAS_KOREAN = "수소 밸브의 시트를 시험하였다".encode("cp949").decode("latin-1")
NFD = unicodedata.normalize("NFD", "복합 재료의 강도를 측정하였다. " * 10)
TOPICS = "".join(f"T{n},{TEXT},{('alloys', 'polymers')[n % 2]}\n" for n in range(60))
ABSTRACTS = json.dumps([{"title": n, "abstract": TEXT} for n in "ab"])
LINES = "".join(json.dumps({"title": n, "abstract": TEXT}) + "\n" for n in "ab")
SBIR = ",".join([*SHAPES["sbir_api"].columns, "more"]) + "\n" + ",".join(["v"] * 9) + "\n"
LEVELS = [{"question": "q", "choices": list("abcd"), "answer": n, "난이도": "전문"} for n in (0, 3)]
JUDGED = {"id": 1, "instruction": "왜 뜨나요?", "answer": "물보다 가볍습니다.", "judge": "Good", "score": 8}
MIXTURE = {"name": "mixtures", "input": f"What is a mixture? {TEXT}", "target_scores": {"one": 0, "two": 1}}
SCORED = [MIXTURE | {"uuid": n} for n in "ab"]
MMLU = "What?,a,b,c,d,C\nWhich?,e,f,g,h,A\n"
GUID = "BENCHMARK DATA. canary GUID 1f2e3d4c"
OPTIONS = {"text": ["a", "b"], "label": ["A", "B"]}
OBJECTS = [{"question": "q", "choices": OPTIONS, "answerKey": n} for n in "AB"]
HEADER = {"table": {"header": ["question", "A", "B", "C", "D", "answer"]}}
BENCHMARK = {"kind": "questions", "use": "benchmark"}
CREEP = "Creep of alloys\n\nAlloys creep, slowly, when they are hot. They break later.\n" * 3
ASKED, TOLD = "Explain why ice floats.", "It is less dense than water."
PAIR = {"instruction": ASKED, "input": "", "output": TOLD}
TALK = {"id": "1", "conversations": [{"from": "human", "value": ASKED}, {"from": "gpt", "value": TOLD}]}
SAID = ("얼음은 왜 뜨나요?", "가볍기 때문입니다.")
CHAT = {"messages": [{"role": "user", "content": SAID[0]}, {"role": "assistant", "content": SAID[1]}]}
TASK = {"Definition": ["Name the symbol of the element."], "Instances": [{"input": "iron", "output": ["Fe"]}]}

KOREAN = ("밸브의 시트를 시험하였고 마모는 구리의 다섯 배이다.", "전해질 막의 이온 전도도를 높였다.")
LINE = json.dumps({"title": "막", "abstract": KOREAN[1] * 3}, ensure_ascii=False).encode("cp949")
CP949 = {"language": "ko", "table": {"encoding": "cp949"}}

CELLS = "전해질 막의 이온 전도도를 높였다.", "The membrane conducts ions better than the one before."
HALVES = "".join(f"{n},{CELLS[n % 2]}\n" for n in range(20))
BOTH = f"번호,국문초록,영문초록,국문제목,영문제목\n1,{','.join(CELLS)},막의 이온 전도도,Ions in a membrane\n"
CONTEXT = {"title": "Ice", "context": "Ice floats, as it is less dense."}
SQUAD = {**CONTEXT, "question": "What floats?", "answers": {"text": ["Ice"], "answer_start": [0]}}
PARAGRAPHS = [{**CONTEXT, "qas": [{"question": "What floats?", "answers": []}]}]
NESTED = {"data": [{"title": "Ice", "paragraphs": PARAGRAPHS}]}
HALF = {"ctx": "She opens the valve and", "endings": list("abcd"), "activity_label": "x", "label": "0"}
GOALS = "goal,sol1,sol2,label\nTo cool it,use ice,use fire,0\nTo heat it,use ice,use fire,1\n"
BLANKS = {"sentence": "The ice sank below the _.", "option1": "oil", "option2": "lead", "answer": "1"}
TOOL = {"conversations": [{"from": "human", "value": "How warm is it?"}, {"from": "tool", "value": "7"}]}

Files = dict[str, str | bytes]
DOCUMENTS: list[tuple[Files, dict[str, Any], list[str]]] = [
    ({"corpus.csv": "id,text\nw1,The wall was cold.\nw2,The wall was hot.\n"}, {"columns.id": "id", "columns.title": "id"},
     ["title: id? A guess"]),
    # an id that several records have is none where another column names them
    ({"corpus.csv": "id,link,title,text\n1,x/1,Cold,It was cold.\n1,x/2,Hot,It was hot.\n"}, {"columns.id": "link"}, []),
    ({"corpus.csv": f"id,title,text\n1,{WAS_KOREAN},{WAS_KOREAN}\n"}, {"language": "ko"}, []),
    ({"papers.csv": f"title,text\nT,{NFD}\n"}, {"language": "ko"}, []),
    ({"papers.tsv": f'# SPDX\ntitle\tabstract\tdoi\n"Half\t{TEXT}\tx/1\nB\t{TEXT} 5"\tx/2\n'},
     {"table": {"comment": "#", "quoting": False}, "columns.attributes": {"link": "doi"}}, []),
    ({"topics.csv": f"D245A (Title),D520B (Abstract),keywords\n{TOPICS}"},
     {"columns.title": "D245A (Title)", "columns.text": "D520B (Abstract)"},
     ["title: D245A (Title)? A guess", "text: D520B (Abstract)? A guess", "keywords: 60 of 60 rows hold one of the same 2 values"]),
    ({"awards.csv": f"AwardTitle,abstracts,NASA_Applications,Non-NASA applications,Award Year\nT,{TEXT},a,b,2020\n"},
     {"columns.title": "AwardTitle", "columns.text": "abstracts", "columns.attributes": {"year": "Award Year"},
      "columns.sections": {"nasa_applications": "NASA_Applications", "non_nasa_applications": "Non-NASA applications"}}, []),
    ({"export.csv": SBIR}, {"format": "sbir_api"}, []),
    ({"remarks.csv": f"title,text,remark\nA membrane,{CELLS[1]},{CELLS[0] * 9}\n"}, {"language": "en"}, []),
    ({"halves.csv": f"title,text\n{HALVES}"}, {"language": "ko"}, ["language: rows are in ko, en, an entry has one"]),
    ({"both.csv": BOTH}, {"columns.text": "국문초록", "columns.title": "국문제목", "language": "ko"}, []),
    ({"both.csv": BOTH.replace("국문초록,영문초록", "다른,abstract")}, {"columns.text": "abstract", "columns.title": "영문제목"}, []),
    ({"nested.json": json.dumps([{"title": "T", "text": {"a": TEXT}, "body": TEXT}])}, {"columns.text": "body"}, []),
    ({"array.jsonl": ABSTRACTS.replace("{", "\n{")}, {"columns.text": "abstract"}, []),
    ({"it's.csv": f"sep=;\ntitle;text\nT;{TEXT}\n"}, {"columns.text": "text"}, []),
    ({"wide.csv": f"title,text,{','.join(map(str, range(100)))}\nT,{TEXT}{',v' * 100}\n"}, {}, ["'19', and 80 more"]),
    ({"search.json": '{"projects": [{"id": 1, "title": "T", "description": "D"}]}'}, {"format": "techport"}, []),
    ({"papers/1.json": ABSTRACTS, "papers/2.json": ABSTRACTS, "papers/SOURCE.txt": "Where it comes from."},
     {"kind": "documents", "format": "columns", "columns.text": "abstract", "dataset": None}, []),
    ({"dev/more.jsonl": LINES}, {"format": "columns"}, []),
    ({"papers/a.md": "# 막\n\n이온 전도도가 높은 막을 만들었다."}, {"format": "texts", "language": "ko", "columns": None}, []),
    ({**{f"mixed/{name}.md": f"# {name}\n\n{TEXT}" for name in "abc"}, "mixed/index.csv": "file,title\na.md,A\n"},
     {"format": "texts"}, []),
    ({f"mixed/{name}": f"title,abstract\nT,{TEXT}\n" for name in ("a.md", "b.md", "1.csv", "2.csv", "3.csv")},
     {"format": "columns"}, []),
    *(({name: CREEP}, {"kind": "documents", "format": "texts"}, []) for name in ("paper.txt", "paper.md")),
    # one line a file is no proof of its encoding, the files of a folder together are
    ({f"texts/{n}.txt": text.encode("cp949") for n, text in enumerate(KOREAN)}, CP949 | {"format": "texts"}, ["'cp949'"]),
    ({"lines/a.jsonl": LINE, "lines/b.jsonl": LINE}, CP949 | {"columns.text": "abstract"}, []),
    ({"one.csv": f"제목,초록\n막,{KOREAN[0]}\n".encode("cp949")}, CP949 | {"columns.text": "초록"}, []),
    ({"texts/a.txt": KOREAN[0].encode("cp949"), "texts/b.txt": KOREAN[1]}, {"language": "ko", "table": None}, []),
    # each file of a folder counts from one
    ({f"parts/{name}.csv": f"id,title,text\n1,{name}1,{TEXT}\n2,{name}2,{TEXT}\n" for name in "ab"}, {"columns.id": "id"}, []),
    # a text that speaks of canary strings is a text
    ({"papers.csv": f"title,text\nT,{TEXT} They put a canary string into their tests; the canary guides us.\n"},
     {"kind": "documents"}, []),
    ({"mixed/a.md": CREEP, "mixed/b.docx": "x", "mixed/c.DOCX": "x", "mixed/d.md": CREEP}, {"format": "texts"}, ["not read: 2 .docx"]),
]  # fmt: skip
QUESTIONS: list[tuple[Files, dict[str, Any], list[str]]] = [
    *(({"exam.csv": content}, {"kind": "questions", "use": use, "columns.options": options, "table": None}, [])
      for content, options, use in [
        ("no,Question,Option 1,Option 2,Option 3,Option 4,Answer\n1,q,a,b,c,d,2\n", [f"Option {n}" for n in (1, 2, 3, 4)], "benchmark"),
        ("no,question,1,2,Answer\n1,Why?,rain,wind,2\n2,Who?,she,he,1\n", ["1", "2"], "benchmark"),
        ("context,choice1,choice2,choice3,choice4,label\nIt is cold.,a,b,c,d,2\n", [f"choice{n}" for n in (1, 2, 3, 4)], "benchmark"),
        ("no,question,1,2,answer\n1,Why?,rain,wind,It rained.\n", "none", "train"),
        ("문제,보기1,보기2,보기3,보기4,보기5,정답\nq,a,b,c,d,e,2\n", [f"보기{n}" for n in (1, 2, 3, 4, 5)], "benchmark"),
        ("문제,정답\n옳은 것은? ① 가 ② 나 ③ 다 ④ 라,2\n", "in_question", "benchmark"),
        ("question,answer\nWhy?,Because.\n", "none", "train"),
        (f"question,{','.join('ABCDEFGH')},answer,X\nq,{','.join('12345678')},A,y\n", list("ABCDEFGH"), "benchmark"),
      ]),
    # a column that names each question is its id
    *(({"asked.csv": f"{column},question,answer\na7,Why?,rain\n{second},Who?,she\n"}, {"columns.id": column if second == "b7" else None}, [])
      for column in ("uuid", "nr", "question_id", "qid", "number") for second in ("b7", "a7", "")),
    ({"mmlu.csv": MMLU}, BENCHMARK | HEADER | {"columns.options": list("ABCD")}, []),
    ({"mmlu/physics.csv": MMLU, "mmlu/chemistry.csv": MMLU}, BENCHMARK | HEADER, []),
    ({"copa/test.tsv": "ID\tsentence\tquestion\t1\t2\tAnswer\n1\tIce melts.\tcause\tsun\tfrost\t1\n"}, {"columns.context": "sentence"}, []),
    ({"boolq/test.tsv": "ID\tQuestion\tAnswer\n1\tIs ice cold?\tTrue\n"}, {"use": "benchmark"}, []),
    ({"exam.jsonl": "\n".join(map(json.dumps, LEVELS))},
     {"difficulties": {"전문": "professional"}, "columns.options": ["choices"], "columns.first_answer": 0}, []),
    ({"answers_of_a_model.jsonl": json.dumps(JUDGED)},
     BENCHMARK | {"language": "ko", "columns.question": "instruction", "columns.answer": "answer"},
     ["because its answers were scored", "left out: 'judge', 'score'"]),
    ({"tasks.jsonl": "\n".join(map(json.dumps, SCORED))},
     BENCHMARK | {"columns.question": "input", "columns.options": ["target_scores"], "columns.answer": "target_scores"}, []),
    ({"squad.json": json.dumps([SQUAD])}, {"kind": "questions", "columns.context": "context", "columns.answer": "answers"}, []),
    ({"goals.csv": GOALS}, BENCHMARK | {"columns.question": "goal", "columns.options": ["sol1", "sol2"], "columns.first_answer": 0}, []),
    ({"half.jsonl": json.dumps(HALF)},
     BENCHMARK | {"columns.question": "ctx", "columns.options": ["endings"], "columns.first_answer": 0}, []),
    ({"blanks.jsonl": json.dumps(BLANKS)}, BENCHMARK | {"columns.question": "sentence", "columns.options": ["option1", "option2"]}, []),
    ({"truth.csv": "Question,Best Answer,Incorrect Answers\nWhy?,rain,wind\n"}, BENCHMARK | {"columns.answer": "Best Answer"}, []),
    ({"task.json": json.dumps({"canary": GUID, "examples": [{"input": "2 + 2", "target": "4"}]})},
     BENCHMARK | {"columns.question": "input", "columns.answer": "target"}, []),
    ({"remarks.csv": f"question,answer,remark\nWhich of them conducts better?,none,{CELLS[0] * 9}\n"}, {"language": "en"}, []),
    ({"boolq.csv": f"Text,Question,Answer\n{TEXT},Is it so?,1\n"}, {"columns.question": "Question", "columns.context": "Text"}, []),
    ({"set.json": json.dumps(OBJECTS)}, {"use": "benchmark", "columns.options": ["choices"]}, []),
    ({"set.csv": f"question,distractor1,correct_answer\nWhy?,{TEXT},rain\n"}, {"use": "benchmark"}, ["wrong answers"]),
    ({"set.jsonl": json.dumps({"question": "Why?", "answer": "rain", "canary": GUID})}, {"use": "benchmark"},
     ["holds a canary string"]),
]  # fmt: skip
INSTRUCTIONS: list[tuple[Files, dict[str, Any], list[str]]] = [
    (files, {"kind": "instructions", "format": form, "languages": spoken, "filters.min_chars_of": part, "origin": origin}, [])
    for files, form, spoken, part, origin in [
        ({"alpaca.json": json.dumps([PAIR, PAIR])}, "alpaca", ["en"], "row", "public"),
        ({"set/one.json": json.dumps([PAIR]), "set/two.jsonl": json.dumps(PAIR), "set/SOURCE.txt": "Where."},
         "alpaca", ["en"], "row", "public"),
        ({"mixed.jsonl": f"{json.dumps(PAIR)}\n{json.dumps({**PAIR, 'instruction': '얼음은 왜 뜨나요?'})}\n"},
         "alpaca", ["en", "ko"], "row", "public"),
        ({"dolly.jsonl": json.dumps({"instruction": "Who was it?", "context": "", "response": "Bohr", "category": "qa"})},
         "dolly", ["en"], "row", "human"),
        ({"seed.jsonl": json.dumps({"instruction": "Count the words.", "instances": [{"input": "a", "output": "1"}]})},
         "self_instruct", ["en"], "row", "human"),
        ({"talks.json": json.dumps([TALK])}, "sharegpt", ["en"], "part", "public"),
        ({"chat.jsonl": json.dumps(CHAT)}, "openai_chat", ["ko"], "part", "public"),
        ({"task1.json": json.dumps(TASK, indent=1)}, "natural_instructions", ["en"], "row", "human"),
        ({"tasks/task1.json": json.dumps(TASK)}, "natural_instructions", ["en"], "row", "human"),
        ({"p3.jsonl": json.dumps({"inputs_pretokenized": "Is this a question?", "targets_pretokenized": "yes"})},
         "p3", ["en"], "row", "public"),
        ({"flan.jsonl": json.dumps({"inputs": "Is this a question?", "targets": "yes"})}, "flan", ["en"], "row", "public"),
        ({"question.jsonl": json.dumps({"question_id": 1, "category": "writing", "turns": ["Write a letter to a friend."]})},
         "mt_bench", ["en"], "row", "public"),
        ({"talks.txt": "<<start conversation>>\n<사람>: 얼음은 왜 뜨나요?\n<챗봇>: 가볍기 때문입니다.\n"},
         "dialogues", ["ko"], "part", "public"),
    ]
]  # fmt: skip


def written(folder: Path, files: Files) -> Path:
    """Write the files, and return the file or folder that they are."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder / next(iter(files)).split("/")[0]


@pytest.mark.parametrize(("files", "expected", "notes"), [*DOCUMENTS, *QUESTIONS, *INSTRUCTIONS])
def test_what_is_proposed_is_read_back_as_it_was(
    tmp_path: Path, files: Files, expected: dict[str, Any], notes: list[str]
) -> None:
    proposal = propose(written(tmp_path, files))
    entry = proposal.entry.model_dump(exclude_defaults=True)
    parts = {name: entry.get(name) or {} for name in ("columns", "filters")}
    flat = entry | {f"{name}.{key}": value for name, part in parts.items() for key, value in part.items()}
    assert {field: flat.get(field) for field in expected} == expected
    assert [note for note in notes if note not in "\n".join(proposal.notes)] == []
    params = tmp_path / "params.yaml"
    params.write_text(f"sources:\n{entry_text('new', proposal.entry)}", encoding="utf-8")
    assert load_mapping(params, AnySource)["new"].chosen == proposal.entry


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"other.csv": "x,y\n1,2\n"}, "no column looks like title or text; .*questions with `kind: questions`"),
        ({"wide.csv": ",".join(map(str, range(1000))) + "\n"}, r"no record stands below the header"),
        ({"squad.json": json.dumps(NESTED)}, r"a question set, and no documents: \['paragraphs'\] holds objects with questions"),
        ({"mc.json": json.dumps([{"question": TEXT, "mc1_targets": {"choices": ["a"], "labels": [1]}, **CONTEXT}])},
         r"a question set, .*\['question', 'mc1_targets'\]\. Write the entry by hand, with `kind: questions`"),
        ({"goals.csv": f"id,goal,choices,more\n1,{TEXT},a|b,x\n"}, "with `kind: questions`"),
        ({"objects.json": json.dumps([{"title": "T", "parts": [{"a": TEXT}]}])}, r"looks like text; .*of which \['parts'\] hold objects"),
        *(({"keys.json": json.dumps(dict.fromkeys(("R0", "R1"), CONTEXT), indent=indent)}, r"Where each key holds a record.*jq")
          for indent in (None, 1)),
        ({"talks.json": json.dumps([TOOL])}, r"sharegpt, but none of its first 1 rows can be read \(turn 2 is by 'tool'"),
        ({"two\nlines.csv": "title,text\n"}, "a path must be one line"),
        ({"wide.csv": "a,b\n1\n"}, r"none of the first 1 records is readable \(line 2: 1 cells, but 2 columns\)"),
        ({"set.jsonl": json.dumps(PAIR | {"output": KOREAN[0]}, ensure_ascii=False).encode("cp949")},
         r"\(format alpaca\) in CP949; .*iconv -f CP949"),
        ({"bare.csv": "제목,초록\n막,이온 전도도\n".encode("utf-16-le")}, "NUL byte.*-f UTF-16LE"),
        ({"vague/a.txt": "弁,固体電解質膜".encode("shift_jis")}, "SHIFT_JIS.*which of them, its letters do not tell"),
        *(({name: content}, f"{name.partition('/')[2]} among them: {kind}" if "/" in name else f"this is {kind}")
          for content, kind, *names in (
              ("<p>A wall.", "an HTML page", "old/b.html", "b.html"),
              ("<records/>", "an XML file", "old/b.xml", "b.xml"),
              ("<?xml version='1.0'?><a/>", "an XML file", "b.csv"),
              ("\\section{A}", "a LaTeX source: .*pandoc", "old/b.tex", "b.tex"),
              (pickle.dumps({"a": 1}), "a Python pickle", "old/b.pkl", "b.csv"),
              (b"PK\x03\x04", "a damaged zip archive", "old/b.docx", "b.csv"),
          ) for name in names),
        ({"texts/one.pdf": b"%PDF-1.4 torn"}, r"none of the first 1 files is readable \(one.pdf: PdfStreamError"),
        *(({name: f"{head}{TEXT} canary GUID 1f2e3d4c\n"}, "holds a canary string")
          for name, head in (("marked.csv", "title,text\nT,"), ("marked.txt", "Tasks\n\n"))),
        ({"marked.json": json.dumps([PAIR | {"canary": GUID}])}, "holds a canary string"),
        ({"marked.json": json.dumps({"canary": GUID, "examples": [PAIR]})}, "holds a canary string"),
        ({"marked/a.csv": f"title,text,canary_guid\nT,{TEXT},1f2e\n"}, "no training corpus"),
        ({"said.json": json.dumps([{"instruction": "Name it.", "input": TEXT, "target": "A"}] * 3)}, "`target` beside an instruction"),
        ({"set/alloys_train.jsonl": LINES, "set/alloys-test.jsonl": LINES}, r"files of several splits \(test, train\). Add each by itself"),
        ({"set/alloys_train.jsonl": LINES, "set/dev/more.jsonl": LINES}, r"splits \(dev, train\)"),
        ({"set.csv": "question,answer,split\nWhy?,rain,test\nWho?,she,Train\n"}, r"names several splits \(test, train\)"),
        ({"set.json": json.dumps([PAIR | {"split": name} for name in ("train", "dev")])}, r"several splits \(dev, train\)"),
        ({"set/one.json": json.dumps([PAIR]), "set/three.json": json.dumps([TALK])},
         r"several formats \(one.json: alpaca, three.json: sharegpt\)"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_must_not_be_a_corpus_is_told(
    tmp_path: Path, files: Files, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        propose(written(tmp_path, files))


def test_a_saved_data_set_is_recognised_and_a_key_is_its_name(tmp_path: Path) -> None:
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    Dataset.from_dict({"title": ["T"], "text": [TEXT]}).save_to_disk(tmp_path / "set")
    (tmp_path / "set/README.md").write_text("# Card\n")
    assert propose(tmp_path / "set").entry.dataset == "local"
    assert key_of(Path("hub:o/my-set@1a#test")) == "my_set"
    assert key_of(Path("data/My Papers-2024.tar.csv")) == "my_papers_2024_tar"
