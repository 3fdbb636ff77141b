using Microsoft.ML;
using MLNet.ConvRec.Demonstrations.Chat;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Scoring.LanguageModels;
using MLNet.ConvRec.Tests.Demonstrations;
using MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels;

public sealed class LanguageModelOptionsTests
{
    private static readonly Dialogue[] Train = SmallWorld.Train(60);
    private static readonly CragPrompts Texts = new();

    public static TheoryData<string, CragOptions> Invalid => new()
    {
        { nameof(CragOptions.ListLength), new() { ListLength = 0 } },
        { nameof(CragOptions.Retrieved), new() { Retrieved = 0 } },
        { nameof(CragOptions.Prompts), new() { Prompts = null! } },
        { nameof(CragOptions.Temperature), new() { Temperature = float.NaN } },
        { nameof(CragOptions.MaxOutputTokens), new() { MaxOutputTokens = 0 } },
        { nameof(CragOptions.ModelId), new() { ModelId = " " } },
        { nameof(CragOptions.Concurrency), new() { Concurrency = 0 } },
    };

    public static TheoryData<string, CragPrompts> InvalidPrompts => new()
    {
        { nameof(CragPrompts.Version), new() { Version = "" } },
        { nameof(CragPrompts.ItemKind), new() { ItemKind = " " } },
        { nameof(CragPrompts.Extract), new() { Extract = "What is mentioned?" } },
        { nameof(CragPrompts.Link), new() { Link = "{DIALOGUE}" } },
        { nameof(CragPrompts.Reflect), new() { Reflect = "{CANDIDATES}" } },
        { nameof(CragPrompts.Recommend), new() { Recommend = "{DIALOGUE} {N}" } },
        { nameof(CragPrompts.Retrieved), new() { Retrieved = "these" } },
        { nameof(CragPrompts.Grade), new() { Grade = "{DIALOGUE}" } },
        { nameof(CragPrompts.Again), new() { Again = "" } },
    };

    public static TheoryData<string, CragOptions> Changed => new()
    {
        { nameof(CragOptions.ListLength), new() { ListLength = 5 } },
        { nameof(CragOptions.Retrieved), new() { Retrieved = 2 } },
        { nameof(CragOptions.Temperature), new() { Temperature = 1 } },
        { nameof(CragOptions.MaxOutputTokens), new() { MaxOutputTokens = 99 } },
        { nameof(CragOptions.ModelId), new() { ModelId = "another" } },
        { nameof(CragOptions.Concurrency), new() { Concurrency = 1 } },
        { nameof(CragPrompts.Version), new() { Prompts = new() { Version = "ours-2" } } },
        { nameof(CragPrompts.ItemKind), new() { Prompts = new() { ItemKind = "book" } } },
        { nameof(CragPrompts.Extract), new() { Prompts = Texts with { Extract = "Please. " + Texts.Extract } } },
        { nameof(CragPrompts.Link), new() { Prompts = Texts with { Link = "Please. " + Texts.Link } } },
        { nameof(CragPrompts.Reflect), new() { Prompts = Texts with { Reflect = "Please. " + Texts.Reflect } } },
        { nameof(CragPrompts.Recommend), new() { Prompts = Texts with { Recommend = "Please. " + Texts.Recommend } } },
        { nameof(CragPrompts.Retrieved), new() { Prompts = Texts with { Retrieved = "Please. " + Texts.Retrieved } } },
        { nameof(CragPrompts.Grade), new() { Prompts = Texts with { Grade = "Please. " + Texts.Grade } } },
        { nameof(CragPrompts.Again), new() { Prompts = Texts with { Again = "Please. " + Texts.Again } } },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Option_OutOfRange_IsNamed(string name, CragOptions options)
    {
        using var chat = new ScriptedChat(_ => "");

        var problem = Assert.Throws<ArgumentException>(() => new MLContext().Transforms.ConvRec.Crag(SmallWorld.Catalog, chat, options));

        Assert.Contains($"CragOptions.{name} is ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(InvalidPrompts))]
    public void Prompt_WithoutWhatItNeeds_IsNamed(string name, CragPrompts prompts)
    {
        var problem = Assert.Throws<ArgumentException>(new CragOptions { Prompts = prompts }.Validate);

        Assert.Contains($"CragPrompts.{name} ", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ZeroShotOption_OutOfRange_IsNamed()
    {
        var concurrency = Assert.Throws<ArgumentException>(new ZeroShotOptions { Concurrency = 0 }.Validate);
        var chat = Assert.Throws<ArgumentException>(new ZeroShotOptions { Chat = null! }.Validate);

        Assert.Contains("ZeroShotOptions.Concurrency is 0", concurrency.Message, StringComparison.Ordinal);
        Assert.Contains("ZeroShotOptions.Chat is null", chat.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(new ZeroShotOptions { Chat = new() { ListLength = 0 } }.Validate);
    }

    [Fact]
    public void TheSameOptions_ChangeNothing()
    {
        Assert.Equal(Outcome(new CragOptions()), Outcome(new CragOptions { Prompts = new CragPrompts() }));
        Assert.Equal(ZeroShotOutcome(new()), ZeroShotOutcome(new() { Chat = new() }));
    }

    [Theory]
    [MemberData(nameof(Changed))]
    public void Option_OfAnotherValue_ChangesSomething(string name, CragOptions options)
    {
        Assert.NotEqual(Outcome(new CragOptions()), Outcome(options));
        Assert.NotEmpty(name);
    }

    [Fact]
    public void ZeroShotOption_OfAnotherValue_ChangesSomething()
    {
        var outcome = ZeroShotOutcome(new());

        Assert.NotEqual(outcome, ZeroShotOutcome(new() { Concurrency = 1 }));
        Assert.NotEqual(outcome, ZeroShotOutcome(new() { Chat = new() { ListLength = 3 } }));
        Assert.NotEqual(outcome, ZeroShotOutcome(new() { Chat = new() { Temperature = 1 } }));
        Assert.NotEqual(outcome, ZeroShotOutcome(new() { Chat = new() { ModelId = "another" } }));
    }

    // All that a run shows: what was asked and with what, how many at a time, what was told, and the lists.
    private static string Outcome(CragOptions options)
    {
        var ml = new MLContext();
        var told = new List<string>();
        ml.Log += (_, log) =>
        {
            if (log.Message.Contains("CRAG", StringComparison.Ordinal))
                told.Add(log.Message);
        };
        using var chat = new ScriptedChat(new CragScript { Grade = _ => "fine" }.Answer) { LongestDelay = 3 };
        var fitted = ml.Transforms.ConvRec.Crag(SmallWorld.Catalog, chat, options).Fit(ml.Data.LoadDialogues(Train));
        var lists = SmallShop.Score(fitted, Train[..10]).SelectMany(SmallShop.Lines);
        return string.Join('\n', [.. told, .. lists, .. Asked(chat)]);
    }

    private static string ZeroShotOutcome(ZeroShotOptions options)
    {
        var ml = new MLContext();
        var all = string.Join('\n', SmallWorld.Catalog.Items.Select(item => item.Reference));
        using var chat = new ScriptedChat(_ => all) { LongestDelay = 3 };
        var fitted = ml.Transforms.ConvRec.ZeroShot(SmallWorld.Catalog, chat, options).Fit(ml.Data.LoadDialogues([]));
        return string.Join('\n', [.. SmallShop.Score(fitted, Train[..10]).SelectMany(SmallShop.Lines), .. Asked(chat)]);
    }

    private static IEnumerable<string> Asked(ScriptedChat chat) => chat.Requests
        .Select(request => string.Join('\n', request.Messages.Select(message => message.Text))
            + $" {request.Options?.ModelId} {request.Options?.Temperature} {request.Options?.MaxOutputTokens}")
        .Order(StringComparer.Ordinal)
        .Append(chat.MostUnderWay > 1 ? "several at a time" : "one at a time");
}
