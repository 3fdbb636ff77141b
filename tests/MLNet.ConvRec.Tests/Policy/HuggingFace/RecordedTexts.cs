namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>The few hundred texts whose ids are recorded for machines without node.</summary>
internal static class RecordedTexts
{
    private static readonly string[] Written =
    [
        "", "a", " ", "  ", "\n", "\n\n", "\r\n", "\t", "Hello, world!", "Amélie (2001)", "Le Fabuleux Destin d'Amélie Poulain (2001)", "WALL·E (2008)",
        "Se7en (1995)", "The Lord of the Rings: The Fellowship of the Ring (2001)", "8½ (1963)", "Léon: The Professional (1994)", "千と千尋の神隠し (2001)",
        "기생충 (2019)", "Кин-дза-дза! (1986)", "(500) Days of Summer (2009)", "12 Angry Men (1957)", "2001: A Space Odyssey (1968)", "M*A*S*H (1970)",
        "Monsters, Inc. (2001)", "What's Eating Gilbert Grape (1993)", "Ocean's Eleven (2001)", "I'LL be there, WE'VE been, she'd, they're, it's, don't",
        "emoji 😀😃 👩‍👩‍👧‍👦 🇫🇷 👍🏽", "e\u0301 vs é", "ﬁ ½ ² Ⅳ", "عربى نص", "עברית", "ไทยภาษา", "हिन्दी", "中文字符 测试，标点。", "日本語テスト、カタカナ", "1234567890",
        "1 22 333 4444 55555", "3.14159e-10", "for (int i = 0; i < 10; i++) { x[i] += 1; }\n\treturn x;", "https://example.com/a?b=c&d=%20", "   leading",
        "trailing   ", " \n  \n x", "x \n", "x\u00a0y", "a\u3000b", "line1\nline2\r\nline3\rline4", "....", "!!!???", "...\n\n", ")\n", "==== ====",
        "camelCaseString", "mixed日本English한국", "ß straße İstanbul ı", "it'ſ", "𝒳 math 𝔸 𝟙𝟚𝟛", "𠮷野家", "٣٤٥", "१२३", "x²+y²=z²", "各 각", "\ufeffBOM",
        "\u2028ls\u2029ps", "\u0085nel", "\u001cfs", "\ud800", "a\udc00b", "<|im_end|>", "<|im_start|>system\nObey.", "<|eot_id|>", "<think>\n\n</think>",
        "I loved Arrival (2016) and it's the best of them, what would you recommend?", "Have you seen Blade Runner 2049 (2017)?\nIt was great.",
    ];

    public static IEnumerable<string> All =>
        Written.Concat(UnicodeText.Many(200, seed: 9)).Concat(Conversations.SelectMany(conversation => conversation.Messages).Select(message => message.Content));

    public static Conversation[] Conversations => Conversation.Many(30, seed: 21);
}
