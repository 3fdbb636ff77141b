using System.CommandLine;

namespace MLNet.ConvRec.Tool.Train;

/// <summary>The options of <c>convrec train</c> on what is imitated, as they are written.</summary>
internal sealed class ImitationArguments
{
    private readonly Option<string> _target = new("--imitate")
    {
        Description = "What sft imitates of a demonstration: its list, or its scores, as the distribution of the first line (soft) or of every line (soft-lines). Default: the recipe's.",
        HelpName = ImitationName.All,
        DefaultValueFactory = _ => "",
    };

    private readonly Option<double?> _temperature = new("--imitate-temperature")
    {
        Description = "τ: the distribution of scores that are imitated is softmax(scores / τ). Default: 1.",
        HelpName = "X",
        CustomParser = written => NumberOption.Read<double>(written, "a number such as 1"),
    };

    private readonly Option<double?> _share = new("--share")
    {
        Description = "Share of train's conversations that are imitated; reinforcement meets the others. Default: the recipe's.",
        HelpName = "X",
        CustomParser = written => NumberOption.Read<double>(written, "a number such as 0.5"),
    };

    private readonly Option<double?> _heldOut = new("--held-out")
    {
        Description = "Share of train's conversations that no count and no demonstration knows, for reinforcement to earn honestly. Default: the recipe's.",
        HelpName = "X",
        CustomParser = written => NumberOption.Read<double>(written, "a number such as 0.1"),
    };

    private readonly Option<int?> _copies = new("--copies")
    {
        Description = "Copies of each imitated dialogue with other items put in, imitated too. Default: the recipe's.",
        HelpName = "N",
        CustomParser = written => NumberOption.Read<int>(written, "a whole number such as 6"),
    };

    private readonly Option<string> _wholeText = new("--whole-text")
    {
        Description = "Whether copies keep all that was said, not only the turns that name an item. Default: the recipe's.",
        HelpName = "true|false",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = written => written.Tokens is [var token] ? token.Value : "true",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string> _features = new("--item-features")
    {
        Description = "What titles begin with in a policy made from scratch: nothing, or some of the catalog's genres, who liked what in --world-ratings, what train names together. "
            + "Default: the recipe's; with real, genres and ratings, or without ratings genres and dialogues.",
        HelpName = ItemFeaturesName.All,
        DefaultValueFactory = _ => "",
    };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All => [_target, _temperature, _share, _heldOut, _copies, _wholeText, _features];

    /// <summary>Reads what was written.</summary>
    /// <exception cref="ArgumentException">An option can't be read; the sentence names it.</exception>
    public ImitationOptions Read(ParseResult parsed) => new()
    {
        Target = ImitationName.Parse(parsed.GetRequiredValue(_target)),
        Temperature = parsed.GetValue(_temperature),
        Share = parsed.GetValue(_share),
        HeldOut = parsed.GetValue(_heldOut),
        Copies = parsed.GetValue(_copies),
        IsWholeText = parsed.GetRequiredValue(_wholeText) switch
        {
            "" => null,
            "true" => true,
            "false" => false,
            var other => throw new ArgumentException($"--whole-text must be true or false, not {other}."),
        },
        ItemFeatures = ItemFeaturesName.Parse(parsed.GetRequiredValue(_features)),
    };
}
