using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Tokenizer;

namespace MLNet.ConvRec.Tests.Policy;

/// <summary>A tokenizer learned from a few lines, for tests.</summary>
internal static class SmallTokenizer
{
    private static readonly string[] Lines =
    [
        "Arrival (2016)", "The Matrix (1999)", "Amélie (2001)", "Schindler's List (1993)",
        "Spirited Away (2001)", "Blade Runner 2049 (2017)", "千と千尋の神隠し (2001)",
    ];

    public static IEnumerable<string> Texts => Lines.SelectMany(line => new[]
    {
        $"{line}\n {line}\n{line}",
        $"user\nI liked {line} and it's the best of them, what would you recommend?\n",
        "assistant\nsystem\nRecommend items of the catalog. List 20 titles.",
    });

    public static string Json { get; } = BytePairTrainer.Train(Texts, new BytePairOptions { VocabularySize = 700 });

    public static PolicyTokenizer Instance { get; } = PolicyTokenizer.Parse(Json);
}
