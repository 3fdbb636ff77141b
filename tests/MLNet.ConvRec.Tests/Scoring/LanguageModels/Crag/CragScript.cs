using System.Text.RegularExpressions;

namespace MLNet.ConvRec.Tests.Scoring.LanguageModels.Crag;

/// <summary>CRAG's steps, as they are known by their questions.</summary>
internal enum CragStep
{
    Extract,
    Link,
    Reflect,
    Recommend,
    Grade,
}

/// <summary>
/// What a model says at each step. By default it finds the films of <c>SmallWorld</c> in the dialogue and loves them, accepts every link,
/// keeps the first three retrieved items, lists four films and finds them all fair.
/// </summary>
internal sealed partial record CragScript
{
    public const string Unreadable = "I am a language model and would rather not say.";

    public Func<string, string> Extract { get; init; } = question => string.Join(
        '\n', Film().Matches(question.Split("Seeker:", 2)[1]).Select(film => $"{film.Value} | 2").DefaultIfEmpty("NONE"));

    public Func<string, string> Link { get; init; } = question =>
        string.Join('\n', Linked().Matches(question).Select(line => $"{line.Groups["number"].Value}: {line.Groups["item"].Value}"));

    public Func<string, string> Reflect { get; init; } = _ => "1\n2\n3";

    public Func<string, string> Recommend { get; init; } = _ =>
        "Echo of Comedy (1989)\nCrown of Comedy (1988)\nLetter of Comedy (1987)\nHarbor of Comedy (1986)";

    public Func<string, string> Grade { get; init; } = _ => "1: 0\n2: 0\n3: 0\n4: 0";

    public string Answer(ScriptedRequest request) => StepOf(request) switch
    {
        CragStep.Extract => Extract(request.Question),
        CragStep.Link => Link(request.Question),
        CragStep.Reflect => Reflect(request.Question),
        CragStep.Recommend => Recommend(request.Question),
        _ => Grade(request.Question),
    };

    public static CragStep StepOf(ScriptedRequest request) =>
        request.Question.Contains("| attitude", StringComparison.Ordinal) ? CragStep.Extract
        : request.Question.Contains("What does each really mean?", StringComparison.Ordinal) ? CragStep.Link
        : request.Question.Contains("Answer with their numbers", StringComparison.Ordinal) ? CragStep.Reflect
        : request.Question.Contains("would this seeker like next?", StringComparison.Ordinal) ? CragStep.Recommend
        : CragStep.Grade;

    [GeneratedRegex(@"[A-Z]\w+ of (?:Horror|Comedy|Western|Romance) \(\d{4}\)")]
    private static partial Regex Film();

    [GeneratedRegex(@"^(?<number>\d+)\. .* = (?:perhaps )?(?<item>[^;\n]+)", RegexOptions.Multiline)]
    private static partial Regex Linked();
}
