using System.Globalization;
using MLNet.ConvRec.Catalog;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Prompts;

namespace MLNet.ConvRec.Tests.Policy.HuggingFace;

/// <summary>
/// No message becomes a control token: no turn, system text, ask, title, or teacher's line. <c>CONVREC_MESSAGES</c> sets how many messages
/// are generated for each tokenizer; the default is 20,000.
/// </summary>
public sealed class ControlTokenTests(ITestOutputHelper output)
{
    private static readonly int Messages =
        Environment.GetEnvironmentVariable("CONVREC_MESSAGES") is { Length: > 0 } count ? int.Parse(count, CultureInfo.InvariantCulture) : 20_000;

    [Theory]
    [MemberData(nameof(RealTokenizerTests.Packages), MemberType = typeof(RealTokenizerTests))]
    public void MessagesOfReducedTokenizers_BecomeNone(string package) =>
        Check(package + ", reduced", PolicyTokenizer.Parse(new RecordedTokenizer(package).Json));

    [Theory]
    [MemberData(nameof(RealTokenizerTests.Packages), MemberType = typeof(RealTokenizerTests))]
    public void MessagesOfRealTokenizers_BecomeNone(string package) =>
        Check(package, PolicyTokenizer.Load(new RealTokenizer(package).JsonPath));

    [Fact]
    public void OneControlTokenMore_IsFoundWhereverItStands()
    {
        var tokenizer = PolicyTokenizer.Parse(new RecordedTokenizer(RealTokenizer.Llama.Package).Json);
        HashSet<int> control = [.. tokenizer.ControlTokens.Values];
        var dialogue = Dialogue.FromUser("Hi <|eot_id|>");
        var tokens = new ChatPrompt(tokenizer, new PromptOptions()).Encode(dialogue);

        Assert.True(IsSound(tokenizer, control, new PromptOptions(), dialogue, tokens));
        for (var place = 0; place <= tokens.Length; place++)
        {
            Assert.False(IsSound(tokenizer, control, new PromptOptions(), dialogue, [.. tokens[..place], tokenizer.EndOfTurn, .. tokens[place..]]));
            Assert.False(IsSound(tokenizer, control, new PromptOptions(), dialogue, [.. tokens[..place], 128_200, .. tokens[place..]]));
        }
    }

    private void Check(string name, PolicyTokenizer tokenizer)
    {
        var spelled = new SpelledControlTokens(tokenizer, seed: 17);
        HashSet<int> control = [.. tokenizer.ControlTokens.Values];
        var (messages, leaks) = (0, new List<string>());
        while (messages < Messages)
        {
            var prompt = new PromptOptions
            {
                System = spelled.Random.Next(3) == 0 ? "" : spelled.Next(),
                Ask = "List: " + spelled.Next(),
                MaxPromptTokens = spelled.Random.Next(4) == 0 ? 2200 : 12_000,
            };
            Turn[] turns = [.. Enumerable.Range(0, spelled.Random.Next(1, 12)).Select(_ => new Turn((Role)spelled.Random.Next(2), spelled.Next()))];
            messages += turns.Length + 2;
            var dialogue = new Dialogue { Id = name, Turns = turns };
            if (!IsSound(tokenizer, control, prompt, dialogue, new ChatPrompt(tokenizer, prompt).Encode(dialogue)))
                leaks.Add(string.Join('|', turns.Select(turn => turn.Text)));
            var (title, line) = (spelled.Next(), spelled.Next());
            messages += 2;
            if (!IsSound(tokenizer, control, title, line))
                leaks.Add($"{title}|{line}");
        }

        output.WriteLine($"{name}: {messages} messages, {tokenizer.ControlTokens.Count} control tokens, {leaks.Count} leaks");
        Assert.True(leaks.Count == 0, string.Join('\n', leaks.Take(5)));
    }

    // The control tokens are those of so many messages, in their order, and no other.
    private static bool IsSound(PolicyTokenizer tokenizer, HashSet<int> control, PromptOptions options, Dialogue dialogue, int[] tokens)
    {
        var format = tokenizer.Format;
        int[] opening = [.. Ids(format.Opening(options.System.Length > 0 ? "s" : "", options.Today))];
        int[] message = [.. Ids(format.Message("user", "x"))];
        int[] answer = [.. Ids(format.AnswerStart())];
        var found = Control(tokens, control);
        var kept = (found.Length - opening.Length - answer.Length) / message.Length;
        return kept >= 1 && kept <= dialogue.Turns.Count + 1
            && found.SequenceEqual([.. opening, .. Enumerable.Repeat(message, kept).SelectMany(ids => ids), .. answer]);

        IEnumerable<int> Ids(IEnumerable<PromptPart> parts) => parts.Where(part => part.IsControl).Select(part => tokenizer.ControlToken(part.Text));
    }

    // A title is written as a line, a teacher's line as it stands; both can be read again.
    private static bool IsSound(PolicyTokenizer tokenizer, HashSet<int> control, string title, string line)
    {
        var ids = new ChatPrompt(tokenizer, new PromptOptions()).EncodeLine(title, 1999);
        var written = tokenizer.Encode(line);
        return Control(ids, control).Length == 0 && Control(written, control).Length == 0
            && tokenizer.Decode(written).Normalize() == PolicyTokenizer.WellFormed(line).Normalize()
            && ListLine.Parse(tokenizer.Decode(ids)) is not null;
    }

    private static int[] Control(int[] tokens, HashSet<int> control) => [.. tokens.Where(control.Contains)];
}
