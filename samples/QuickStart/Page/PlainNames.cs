using MLNet.ConvRec.Evaluation;

namespace QuickStart.Page;

/// <summary>The systems in words for a reader who never saw the code.</summary>
internal static class PlainNames
{
    /// <summary>The row of what the policy imitates, which <c>metrics.json</c> has not.</summary>
    public const string Demonstrations = "demonstrations";

    /// <summary>Returns a system's name and what it is.</summary>
    /// <param name="system">Its name in <c>metrics.json</c>.</param>
    public static (string Name, string Note) Of(string system) => system switch
    {
        SystemNames.Popularity => ("popularity", "what train's people chose most"),
        SystemNames.NamedTogether => ("named together", "what train's people chose beside the dialogue's items"),
        SystemNames.Repeater => ("repeater", "repeats the dialogue's items: a check that this earns nothing"),
        SystemNames.Teacher => ("teacher", "writes lists from what it knows, not from train"),
        Demonstrations => ("demonstrations", "what the policy imitates: the teacher's lists, put right with train's counts; each needs the teacher, so it is no contender"),
        SystemNames.Sft => ("SFT", "the policy after imitation"),
        SystemNames.RankGrpo => ("Rank-GRPO", "the policy after reinforcement, as model.zip holds it"),
        _ => (system, ""),
    };
}
