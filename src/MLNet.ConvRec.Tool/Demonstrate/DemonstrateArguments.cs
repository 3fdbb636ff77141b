using System.CommandLine;
using System.CommandLine.Parsing;
using MLNet.ConvRec.Demonstrations;
using MLNet.ConvRec.Tool.Teachers;

namespace MLNet.ConvRec.Tool.Demonstrate;

/// <summary>The options of <c>convrec demonstrate</c> as they are written.</summary>
internal sealed class DemonstrateArguments
{
    private static readonly DemonstrationOptions Default = new();

    private readonly Option<string> _catalog = FileOption.Required("--catalog", "The items that may be recommended, JSONL.");
    private readonly Option<string> _train = FileOption.Required("--train", "The dialogues to fit to, JSONL.");
    private readonly Option<string> _dialogues = FileOption.Required("--dialogues", "The dialogues to build for; of train's the share alone.");
    private readonly Option<string?> _output = FileOption.Optional("--output", "The demonstrations to write, JSONL that TRL reads; gzip if .gz.");

    private readonly Option<string?> _recommendations =
        FileOption.Optional("--recommendations", "The lists of all the dialogues to write, as convrec evaluate reads them.");

    private readonly Option<string?> _explain = new("--explain")
    {
        Description = "Tells this dialogue's way through the steps, in words and numbers.",
        HelpName = "ID",
    };

    private readonly TeacherArguments _teachers = new();

    private readonly Option<string?> _without = new("--without")
    {
        Description = "Steps to leave out; all three leave the teacher's own list.",
        HelpName = "remap|reflect|adjust",
    };

    private readonly Option<double> _lambda = Number("--lambda", "λ: what the dialogue itself counts beside the list.", Default.Lambda);
    private readonly Option<double> _gamma = Number("--gamma", "γ: what the judge's best grade adds.", Default.Gamma);
    private readonly Option<int> _candidates = Number("--candidates", "N_r: how many of the best items are graded.", Default.Candidates);
    private readonly Option<int> _ratingScale = Number("--rating-scale", "L: grades lie from −L to +L.", Default.RatingScale);
    private readonly Option<double> _share = Number("--share", "Share of train's conversations that are imitated.", Default.Share);
    private readonly Option<double> _heldOut = Number("--held-out", "Share of train's conversations that nothing is fitted on or imitated of.", Default.HeldOut);
    private readonly Option<double> _fitShare = Number("--fit-share", "Share of train that the teacher is asked about to fit.", Default.FitShare);
    private readonly Option<int> _length = Number("--length", "N: the length of a list.", Default.ListLength);
    private readonly Option<int> _seed = Number("--seed", "Seed of every choice.", Default.Seed);

    /// <summary>The options, in the order of the help.</summary>
    public IEnumerable<Option> All =>
    [
        _catalog, _train, _dialogues, _output, _recommendations, _explain, .. _teachers.All, _without,
        _lambda, _gamma, _candidates, _ratingScale, _share, _heldOut, _fitShare, _length, _seed,
    ];

    /// <summary>Reads what was written.</summary>
    /// <exception cref="ArgumentException">An option can't be read; the sentence names it.</exception>
    public DemonstrateOptions Read(ParseResult parsed)
    {
        var teachers = _teachers.Read(parsed);
        return new DemonstrateOptions
        {
            Catalog = parsed.GetRequiredValue(_catalog),
            Train = parsed.GetRequiredValue(_train),
            Dialogues = parsed.GetRequiredValue(_dialogues),
            Output = parsed.GetValue(_output),
            Recommendations = parsed.GetValue(_recommendations),
            Explain = parsed.GetValue(_explain),
            Teachers = teachers,
            Building = new DemonstrationOptions
            {
                Steps = DemonstrationSteps.All & ~Steps(parsed.GetValue(_without)),
                Lambda = parsed.GetValue(_lambda),
                Gamma = parsed.GetValue(_gamma),
                Candidates = parsed.GetValue(_candidates),
                RatingScale = parsed.GetValue(_ratingScale),
                Share = parsed.GetValue(_share),
                HeldOut = parsed.GetValue(_heldOut),
                FitShare = parsed.GetValue(_fitShare),
                ListLength = parsed.GetValue(_length),
                Seed = parsed.GetValue(_seed),
                Concurrency = teachers.AsksModel ? teachers.Chat.Guard.Concurrency : Default.Concurrency,
            },
        };
    }

    private static DemonstrationSteps Steps(string? written)
    {
        var steps = DemonstrationSteps.None;
        foreach (var name in (written ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            steps |= name switch
            {
                "remap" => DemonstrationSteps.Remap,
                "reflect" => DemonstrationSteps.Reflect,
                "adjust" => DemonstrationSteps.Adjust,
                _ => throw new ArgumentException($"--without {name} is unknown; the steps are remap, reflect, adjust."),
            };
        }

        return steps;
    }

    private static Option<T> Number<T>(string name, string description, T fallback) => new(name)
    {
        Description = description,
        HelpName = "N",
        DefaultValueFactory = _ => fallback,
    };
}
