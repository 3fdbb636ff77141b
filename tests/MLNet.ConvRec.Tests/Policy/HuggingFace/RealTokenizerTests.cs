using System.Text.Json;
using MLNet.ConvRec.Policy;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>Against the published tokenizers of Qwen and Llama 3, where node can run them.</summary>
public sealed class RealTokenizerTests(ITestOutputHelper output)
{
    public static TheoryData<string> Packages => [RealTokenizer.Qwen.Package, RealTokenizer.Llama.Package];

    [Theory]
    [MemberData(nameof(Packages))]
    public void Texts_GetTheIdsOfTheRealTokenizer(string package)
    {
        var real = new RealTokenizer(package);
        string[] texts = [.. UnicodeText.Many(20_000, seed: 5), .. ShopTexts.All()];
        var expected = real.Encode(texts);
        var tokenizer = PolicyTokenizer.Load(real.JsonPath);

        var compared = 0;
        var different = new List<string>();
        foreach (var (text, ids) in texts.Zip(expected))
        {
            if (ids is null)
                continue;
            compared++;
            if (!tokenizer.Encode(text).AsSpan().SequenceEqual(ids))
                different.Add(text);
        }

        output.WriteLine($"{package}: {compared} of {texts.Length} texts compared, {different.Count} different");
        Assert.True(compared >= 19_000, $"only {compared} of {texts.Length} texts could be compared");
        Assert.True(different.Count == 0, string.Join('\n', different.Take(20).Select(text => JsonSerializer.Serialize(text))));
    }
}
