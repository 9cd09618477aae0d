"""Short texts whose language is known: instructions, answers, words, mixtures, from one word to a sentence."""

TEXTS: dict[str, tuple[str, ...]] = {
    "en": (
        "Yes", "Neutral", "Photosynthesis", "Oxidation", "Blue whale", "Sort ascending", "Name three metals.",
        "Define entropy.", "The pump failed.", "Translate to Korean", "Positive sentiment", "Convert 5 km to miles",
        "Write a haiku about rust.", "What is the capital of Peru?", "Summarize the abstract below.",
        "List two uses of argon.", "Rewrite this email politely.", "Which gas is lighter than air?",
        "Explain why ice floats on water.", "The sample was heated to 450 K.", "Classify: dog, oak, trout, fern",
        "How do vaccines train the immune system?", "Give an antonym for 'fragile'.", "No, the claim is not supported.",
        "Edit the sentence: He go to school every days.", "Calculate the density of a 12 g cube with 2 cm edges.",
        "The membrane lost 4% of its conductivity after 500 h.", "Suggest a title for a paper on solar sails.",
        "A catalyst lowers the activation energy without being consumed.",
        "Sodium reacts with water and hydrogen is released, so keep it under oil.",
        "Use a loop to print the numbers from 1 to 10 in Python.",
        "The study compares two drying methods and reports that the slower one keeps more vitamins.",
    ),
    "ko": (
        "네", "중립", "광합성", "산화", "대왕고래", "오름차순 정렬", "금속 세 가지", "엔트로피란?", "펌프가 고장났다.",
        "영어로 번역해 줘", "긍정적인 감정", "5 km를 마일로", "녹에 대한 시를 써라.", "페루의 수도는 어디인가?",
        "아래 초록을 요약하시오.", "아르곤의 용도 두 가지", "이 메일을 공손하게 고쳐 줘.", "공기보다 가벼운 기체는?",
        "얼음이 물에 뜨는 까닭을 설명하시오.", "시료를 450 K까지 가열하였다.", "분류: 개, 참나무, 송어, 고사리",
        "백신은 면역계를 어떻게 훈련시키는가?", "'약한'의 반대말은 무엇인가?", "아니요, 그 주장은 근거가 없습니다.",
        "문장을 고치시오: 그는 매일 학교를 간다.", "한 변이 2 cm이고 질량이 12 g인 정육면체의 밀도를 구하시오.",
        "막은 500시간 뒤에 전도도의 4%를 잃었다.", "태양 돛에 관한 논문의 제목을 제안해 줘.",
        "촉매는 소모되지 않으면서 활성화 에너지를 낮춘다.",
        "나트륨은 물과 반응하여 수소를 내놓으므로 기름 속에 보관한다.",
        "파이썬에서 반복문으로 1부터 10까지 출력하시오.",
        "이 연구는 두 건조법을 비교하고 느린 쪽이 비타민을 더 많이 지킨다고 보고한다.",
    ),
    "ja": (
        "はい", "光合成", "酸化とは何ですか。", "ポンプが故障した。", "次の文章を要約してください。",
        "水に氷が浮く理由を説明しなさい。", "ペルーの首都はどこですか。", "アルゴンの用途を二つ挙げてください。",
        "触媒は活性化エネルギーを下げる。", "カタカナ", "試料を450 Kまで加熱した。", "このメールを丁寧に書き直して。",
    ),
    "zh": (
        "是", "什么是氧化?", "水泵坏了。", "请总结下面的摘要。", "解释冰为什么浮在水上。", "秘鲁的首都是哪里?",
        "列出氩的两种用途。", "催化剂降低活化能。", "样品加热到450 K。", "把这封邮件改得更礼貌。", "疫苗如何训练免疫系统?",
        "请用中文写一首诗。",
    ),
    "de": (
        "Erkläre, warum Eis schwimmt.", "Die Pumpe ist ausgefallen.", "Was ist die Hauptstadt von Peru?",
        "Nenne zwei Anwendungen von Argon.", "Fasse den Text zusammen.", "Der Katalysator senkt die Energie.",
        "Schreibe ein Gedicht über den Herbst und die Stille.", "Die Probe wurde auf 450 K erhitzt.",
    ),
    "fr": (
        "Explique pourquoi la glace flotte.", "La pompe est en panne.", "Quelle est la capitale du Pérou ?",
        "Donne deux usages de l'argon.", "Résume le texte suivant.", "Le catalyseur abaisse l'énergie.",
        "Écris un poème sur l'automne et le silence.", "L'échantillon a été chauffé à 450 K.",
    ),
    "es": (
        "Explica por qué flota el hielo.", "La bomba ha fallado.", "¿Cuál es la capital de Perú?",
        "Nombra dos usos del argón.", "Resume el texto siguiente.", "El catalizador reduce la energía.",
        "Escribe un poema sobre el otoño y el silencio.", "La muestra se calentó hasta 450 K.",
    ),
    "vi": (
        "Giải thích vì sao băng nổi trên nước.", "Máy bơm bị hỏng.", "Thủ đô của Peru là gì?",
        "Hãy tóm tắt đoạn văn sau.", "Chất xúc tác làm giảm năng lượng.", "Mẫu được nung đến 450 K.",
    ),
}  # fmt: skip
MIXED: dict[str, tuple[str, ...]] = {
    "ko": (
        "PyTorch로 LoRA를 구현해 줘", "GPT-4의 context window는 얼마인가?", "HTTP 404 에러의 원인은?",
        "for 문과 while 문의 차이", "NaOH와 HCl의 반응식을 쓰시오.", "DNA와 RNA의 차이는?",
        "다음을 번역하시오: The pump failed.", "'photosynthesis'를 설명해 줘", "Docker container를 restart하는 방법",
        "이 함수의 return type은 List[int]입니다.", "membrane conductivity가 4% 감소하였다.",
        "README.md 파일에 license 항목을 추가하세요.", "SELECT * FROM users 쿼리를 최적화해 줘.",
        "Transformer의 self-attention과 cross-attention을 비교하시오.",
    ),
    "en": (
        "Translate 'water' into Korean: 물", "What does 안녕 mean in English?", "The Korean word for oxygen is 산소.",
        "Is 'Schadenfreude' an English word?", "Explain the etymology of the word 'déjà vu'.",
        "Romanize the word 김치 and explain how it is made.", "The name Seoul (서울) means capital city.",
        "How do you say 'thank you' in Japanese (ありがとう) on the phone?",
    ),
}  # fmt: skip
"""By the language the text is written in; the other is quoted or is a name."""
NEITHER = (
    "42",
    "3.14",
    "x^2 + y^2 = r^2",
    "G, B, E",
    "A",
    "H2SO4",
    "->",
    "10 20 30",
    "https://example.org/a",
    "NaCl",
)
"""Texts that are in no language: a list of signs, numbers, formulas."""
