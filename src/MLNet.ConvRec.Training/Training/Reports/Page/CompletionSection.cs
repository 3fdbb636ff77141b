using MLNet.ConvRec.Training.Reports.Files;

namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>Lists to read, early and late.</summary>
internal static class CompletionSection
{
    // A step's file may hold more; the page should stay one that can be read.
    private const int MostOfAStep = 4;

    /// <exception cref="InvalidDataException">A file of completions can't be read; the sentence names it.</exception>
    public static Html Of(CompletionFiles files, string stage)
    {
        var steps = files.Steps(stage);
        int[] shown = steps.Length > 1 ? [steps[0], steps[^1]] : steps;
        return shown.Length == 0 ? Html.Empty : Html.Of($"""
            <h3>Lists to read</h3>
            {Html.Join(shown.Select(step => OfStep(files.Read(stage, step), stage, step)))}

            """);
    }

    private static Html OfStep(IReadOnlyList<SampledCompletion> completions, string stage, int step)
    {
        var more = completions.Count > MostOfAStep ? $", {MostOfAStep} of {completions.Count} lists; the rest in completions/{stage}/step-{step}.jsonl" : "";
        var dialogues = completions.Take(MostOfAStep).GroupBy(completion => (completion.DialogueId, completion.Prompt));
        return Html.Of($"<h4>Step {step}<span class=\"muted\">{more}</span></h4>{Html.Join(dialogues.Select(lists => OfDialogue([.. lists])))}");
    }

    private static Html OfDialogue(SampledCompletion[] lists) => Html.Of($"""
        <details><summary>Dialogue {lists[0].DialogueId} <span class="muted">true: {string.Join(", ", lists[0].GroundTruth)}</span></summary>
        <pre>{lists[0].Prompt}</pre>
        </details>
        {Html.Join(lists.Select(OfList))}
        """);

    private static Html OfList(SampledCompletion completion, int place) => Html.Of($"""
        <details class="inner"><summary>List {place + 1} <span class="muted">earned {completion.Rewards.Sum():0.##}</span></summary>
        <table class="list"><tr><th scope="col">rank</th><th scope="col">line</th><th scope="col">reward</th><th scope="col">advantage</th></tr>{Html.Join(Lines(completion))}</table>
        </details>

        """);

    private static IEnumerable<Html> Lines(SampledCompletion completion)
    {
        var lines = completion.Completion.TrimEnd('\n').Split('\n');
        for (var place = 0; place < lines.Length; place++)
        {
            var reward = At(completion.Rewards, place);

            // GRPO and GSPO have one advantage for the whole list.
            var advantage = At(completion.Advantages, completion.Advantages.Count == 1 ? 0 : place);
            yield return Html.Of(
                $"<tr{Html.Trusted(reward > 0 ? " class=\"hit\"" : "")}><td>{place + 1}</td><td>{lines[place]}</td><td>{Text(reward)}</td><td>{Text(advantage)}</td></tr>");
        }
    }

    private static double? At(IReadOnlyList<double> values, int place) => place < values.Count ? values[place] : null;

    private static string Text(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.##}") : "";
}
