using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Demonstrations.Chat;

namespace MLNet.ConvRec.Tool.Teachers;

/// <summary>The options that name teachers and judges, as they are written; <c>train</c> and <c>demonstrate</c> share them.</summary>
internal sealed class TeacherArguments
{
    // Beyond any bill; keeps what is written within the numbers that count it.
    private const decimal Most = 1_000_000_000_000;

    private readonly Option<string?> _teacher = new("--teacher")
    {
        Description = "Whose lists are demonstrated: world and together are simulated, recorded and chat are language models. "
            + "Default: world where ratings are given, else together.",
        HelpName = "world|together|recorded:FILE|chat:NAME",
    };

    private readonly Option<string?> _otherwise = new("--otherwise")
    {
        Description = "Who is asked where the teacher has no list, for example a simulated one for the dialogues that weights are fitted to.",
        HelpName = "TEACHER",
    };

    private readonly Option<string?> _judge = new("--judge")
    {
        Description = "Who grades candidates (Reflect). Default: nobody, and nothing is graded.",
        HelpName = "world|chat:NAME",
    };

    private readonly Option<int> _judgeOrders = new("--judge-orders")
    {
        Description = "In how many orders candidates are graded: 2 averages an order and its reverse.",
        HelpName = "1|2",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _embeddings = new("--embeddings")
    {
        Description = "The model that embeds texts for Remap. Default: character n-grams, which need no model.",
        HelpName = "NAME",
    };

    private readonly Option<string?> _worldRatings = FileOption.Optional("--world-ratings", "For world: ratings, CSV.");
    private readonly Option<string?> _worldItems = FileOption.Optional("--world-items", "For world: the rated items, JSONL.");

    private readonly Option<Uri?> _endpoint = new("--chat-endpoint")
    {
        Description = $"An OpenAI-compatible service. Default: OpenAI's own. Its key is read from {ChatConnection.KeyVariable}.",
        HelpName = "URL",
        CustomParser = Endpoint,
    };

    private readonly Option<string?> _journal = new("--chat-journal")
    {
        Description = "The folder where answers are kept as they come: a run that was stopped goes on and pays for nothing twice.",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> _budget = new("--chat-budget")
    {
        Description = "What each model may be asked for, at most: calls, tokens, and cost by --chat-price.",
        HelpName = "calls=N,tokens=N,cost=X",
    };

    private readonly Option<string?> _price = new("--chat-price")
    {
        Description = "The price of a million tokens, read and written.",
        HelpName = "input=X,output=X",
    };

    private readonly Option<int> _concurrency = new("--chat-concurrency")
    {
        Description = "How many requests are under way at a time.",
        HelpName = "N",
        DefaultValueFactory = _ => new ChatGuardOptions().Concurrency,
    };

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All =>
        [_teacher, _otherwise, _judge, _judgeOrders, _embeddings, _worldRatings, _worldItems, _endpoint, _journal, _budget, _price, _concurrency];

    /// <summary>Reads what was written.</summary>
    /// <exception cref="ArgumentException">An option can't be read; the sentence names it.</exception>
    public TeacherOptions Read(ParseResult parsed) => new()
    {
        Teacher = Choice(parsed, _teacher),
        Otherwise = Choice(parsed, _otherwise),
        Judge = Choice(parsed, _judge),
        JudgeOrders = parsed.GetValue(_judgeOrders),
        Embeddings = parsed.GetValue(_embeddings),
        WorldRatings = parsed.GetValue(_worldRatings),
        WorldItems = parsed.GetValue(_worldItems),
        Chat = new ChatConnection
        {
            Endpoint = parsed.GetValue(_endpoint),
            Journal = parsed.GetValue(_journal),
            Guard = new ChatGuardOptions { Concurrency = parsed.GetValue(_concurrency), Budget = Budget(parsed) },
        },
    };

    private ChatBudget Budget(ParseResult parsed)
    {
        var limits = Amounts(parsed, _budget, ["calls", "tokens", "cost"]);
        var prices = Amounts(parsed, _price, ["input", "output"]);
        if (limits.ContainsKey("cost") && prices.Count == 0)
            throw new ArgumentException("--chat-budget cost=X needs --chat-price input=X,output=X, the price of a million tokens.");
        return new ChatBudget
        {
            MaxCalls = limits.TryGetValue("calls", out var calls) ? (long)calls : null,
            MaxTokens = limits.TryGetValue("tokens", out var tokens) ? (long)tokens : null,
            MaxCost = limits.TryGetValue("cost", out var cost) ? cost : null,
            InputPricePerMillion = prices.GetValueOrDefault("input"),
            OutputPricePerMillion = prices.GetValueOrDefault("output"),
        };
    }

    private static Dictionary<string, decimal> Amounts(ParseResult parsed, Option<string?> option, string[] names)
    {
        var amounts = new Dictionary<string, decimal>(StringComparer.Ordinal);
        foreach (var part in (parsed.GetValue(option) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var sides = part.Split('=', 2);
            if (sides.Length != 2 || !names.Contains(sides[0])
                || !decimal.TryParse(sides[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) || amount > Most)
                throw new ArgumentException($"{option.Name} {part} can't be read; write for example {option.Name} {option.HelpName!.Replace('N', '5').Replace('X', '5')}.");
            amounts[sides[0]] = amount;
        }

        return amounts;
    }

    private static TeacherChoice? Choice(ParseResult parsed, Option<string?> option) =>
        parsed.GetValue(option) is { } written ? TeacherChoice.Parse(option.Name, written) : null;

    private static Uri? Endpoint(ArgumentResult written)
    {
        var text = written.Tokens[0].Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var endpoint) && endpoint.Scheme is ("http" or "https"))
            return endpoint;
        written.AddError($"--chat-endpoint must be an address such as http://localhost:11434/v1, not {text}.");
        return null;
    }
}
