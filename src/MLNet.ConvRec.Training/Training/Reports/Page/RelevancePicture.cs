namespace MLNet.ConvRec.Training.Reports.Page;

/// <summary>The paper's "retrieve, then rerank": where in their lists hits are, early and late.</summary>
internal static class RelevancePicture
{
    // A tenth of a run, and some steps at least: enough lists for a line that can be read, few enough that the policy is one.
    private const double Part = 0.1;
    private const int Least = 5;

    /// <summary>Returns the plot; <see langword="null"/> where nobody looked, or at a single step.</summary>
    public static Chart? Of(StageHistory stage)
    {
        var looks = stage.Relevance;
        if (looks.Count < 2)
            return null;
        var most = Math.Min(Math.Max((int)(Part * looks.Count), Least), looks.Count / 2);
        return new Chart("Retrieve, then rerank", "rank", "% of lists with a hit", [Phase(looks, 0, most), Phase(looks, looks.Count - most, most)])
        {
            Note = "Where in their lists the step's rollouts hit. First more true items are found at all ranks, then they move up.",
            IsFromZero = true,
        };
    }

    private static ChartLine Phase(IReadOnlyList<(int Step, double[] Shares)> looks, int first, int count)
    {
        var phase = looks.Skip(first).Take(count).ToArray();
        var ranks = phase.Max(look => look.Shares.Length);
        var points = Enumerable.Range(0, ranks)
            .Select(place => (Rank: place + 1, Shares: phase.Where(look => place < look.Shares.Length && double.IsFinite(look.Shares[place])).Select(look => look.Shares[place]).ToArray()))
            .Where(at => at.Shares.Length > 0)
            .Select(at => ChartPoint.At(at.Rank, 100 * at.Shares.Average()));
        return new ChartLine(phase.Length == 1 ? $"step {phase[0].Step}" : $"steps {phase[0].Step} to {phase[^1].Step}", [.. points]) { IsMarked = true };
    }
}
