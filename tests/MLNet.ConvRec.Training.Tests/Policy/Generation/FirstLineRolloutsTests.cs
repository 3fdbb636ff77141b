using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Policy.Runtime;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy.Generation;

/// <summary>Lists drawn without replacement from the first line's distribution, against that distribution written down title by title.</summary>
[Collection<Alone>]
public class FirstLineRolloutsTests
{
    private const int Length = 6;

    private static readonly PolicyModel Policy = ToyShop.Policy(Length);
    private static readonly ListFactory Lists = new(ToyShop.Catalog, Policy.Prompt);
    private static readonly RolloutPrompt[] Prompts = ToyShop.Prompts(Lists);

    private static RankGrpoOptions Options { get; } = new() { Rollouts = RolloutDistribution.FirstLine, GroupSize = 4 };

    // Sampling without replacement item by item: the first from p, the second from what p leaves.
    [Theory]
    [InlineData(1)]
    [InlineData(0.6)]
    public void FirstTwoRanks_FollowPlackettLuce(double temperature)
    {
        const int Draws = 8192;
        using var network = ToyShop.Network(Policy, scale: 3);
        var options = Options with { Temperature = temperature, GroupSize = Draws };
        var p = FirstLine(network, Prompts[1], temperature);

        var lists = new RolloutSampler(Lists, new(ToyShop.Catalog), options, 1).Sample(network, [Prompts[1]], step: 0).Lists;

        var expected = (from first in p.Keys from second in p.Keys where first != second select (Pair: (first, second), Count: Draws * p[first] * p[second] / (1 - p[first]))).ToArray();
        Assert.Equal(Draws, expected.Sum(pair => pair.Count), 1.0);
        var counts = lists.CountBy(list => (list.Items[0], list.Items[1])).ToDictionary();
        var frequent = expected.Where(pair => pair.Count > 5).ToArray();
        var chiSquare = frequent.Sum(pair => Math.Pow(counts.GetValueOrDefault(pair.Pair) - pair.Count, 2) / pair.Count);
        Assert.InRange(frequent.Length, 15, 110);
        Assert.InRange(chiSquare, 0, frequent.Length + (3.1 * Math.Sqrt(2 * frequent.Length)) + 6); // above the 0.1% point of so many degrees of freedom
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    public void RecordedLogProbabilities_AreThoseOfTheDefinition(double temperature)
    {
        using var network = ToyShop.Network(Policy, scale: 3);

        foreach (var (list, prompt) in Sample(network, temperature).Zip(Prompts.SelectMany(prompt => Enumerable.Repeat(prompt, Options.GroupSize))))
        {
            var (p, left) = (FirstLine(network, prompt, temperature), 1.0);
            Assert.Equal(Length, list.Items.Distinct().Count());
            Assert.Empty(list.Items.Intersect(prompt.Excluded));
            Assert.Equal(string.Concat(list.Items.Select(item => $"{ToyShop.Catalog.Items[item].Title} ({ToyShop.Catalog.Items[item].Year})\n")), Lists.Text(list.Tokens));
            for (var rank = 0; rank < Length; rank++)
            {
                var ofRank = Enumerable.Range(0, list.Tokens.Length).Where(t => list.Ranks[t] == rank + 1).Select(t => list.LogProbabilities[t]).ToArray();
                Assert.Equal(Math.Log(p[list.Items[rank]] / left), ofRank[0], 1e-4);
                Assert.All(ofRank[1..], value => Assert.Equal(0, value));
                left -= p[list.Items[rank]];
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0.7)]
    public void UnchangedWeights_EveryRatioIsOne(double temperature)
    {
        using var network = ToyShop.Network(Policy, scale: 3);
        var lists = Sample(network, temperature);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        var current = Current(network, lists, temperature).data<float>().ToArray();

        var width = lists.Max(list => list.Tokens.Length);
        Assert.All(lists.Index(), list => Assert.All(list.Item.LogProbabilities.Index(), token => Assert.Equal(token.Item, current[(list.Index * width) + token.Index], 2e-5)));
        Assert.Contains(current, value => value < -1);
    }

    [Fact]
    public void Gradient_IsThatOfEachTitleAlone()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        var lists = Sample(network, temperature: 1);
        using var scope = NewDisposeScope();
        Current(network, lists, temperature: 1).sum().backward();
        var gradient = Gradient(network);
        network.zero_grad();

        // Σ over lists and ranks of log p_k − log(1 − Σ before), each p from a list of one line, written token by token.
        var terms = new List<Tensor>();
        foreach (var (at, list) in lists.Index())
        {
            var ofTitles = Array.ConvertAll(list.Items, item => OfTitle(network, Prompts[at / Options.GroupSize], item, temperature: 1));
            for (var rank = 0; rank < Length; rank++)
            {
                var before = ofTitles[..rank].Aggregate(zeros(1), (sum, term) => sum.Plus(term.exp()));
                terms.Add(ofTitles[rank] - (ones(1) - before).log());
            }
        }

        terms.Aggregate((sum, term) => sum.Plus(term)).sum().backward();

        var naive = Gradient(network);
        var largest = naive.Max(Math.Abs);
        Assert.True(largest > 1e-3, "there is no gradient to compare");
        for (var i = 0; i < naive.Length; i++)
            Assert.True(Math.Abs(naive[i] - gradient[i]) <= 2e-4 * largest, $"weight {i}: gradient {gradient[i]:R}, title by title {naive[i]:R}");
    }

    [Fact]
    public void OnlyWhatIsNeeded_IsGiven()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        var lists = Sample(network, temperature: 1);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        var requests = Array.ConvertAll(Prompts, prompt => new ListRequest(prompt.Prompt, prompt.Excluded));

        var all = FirstLineLogProbabilities.Of(network, requests, lists, Lists.Trie, 1);
        var third = FirstLineLogProbabilities.Of(network, requests, lists, Lists.Trie, 1, (list, token) => list == 5 && lists[list].Ranks[token] == 3);

        var position = lists[5].Decisions[2].Position;
        Assert.Equal(all[5, position].item<float>(), third[5, position].item<float>());
        Assert.Equal(all[5, position].item<float>(), third.sum().item<float>());
    }

    // An exhausted catalog: nothing is left to draw, and the last item is certain.
    [Fact]
    public void ShortCatalog_IsListedWhole_AndItsLastItemIsCertain()
    {
        var policy = ToyShop.Policy(20);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var prompts = ToyShop.Prompts(lists);
        using var network = ToyShop.Network(policy, scale: 2);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        var sampled = new RolloutSampler(lists, new(ToyShop.Catalog), Options, 2).Sample(network, prompts, step: 0).Lists;
        var current = FirstLineLogProbabilities.Of(network, Array.ConvertAll(prompts, prompt => new ListRequest(prompt.Prompt, prompt.Excluded)), sampled, lists.Trie, 1);

        Assert.All(sampled.Index(), list => Assert.Equal(ToyShop.Catalog.Count - prompts[list.Index / Options.GroupSize].Excluded.Count, list.Item.Items.Length));
        Assert.All(sampled, list => Assert.Equal(0, list.LogProbabilities[list.Decisions[^1].Position], 1e-2));
        Assert.All(current.data<float>().ToArray(), value => Assert.InRange(value, -30, 1e-2));
    }

    [Fact]
    public void Draws_DependOnSeedStepDialogueAndList_AndNotOnWhoSharesTheBatch()
    {
        using var network = ToyShop.Network(Policy, scale: 2);
        int[][] Draw(RolloutPrompt[] prompts, ulong seed, int step) => [.. new RolloutSampler(Lists, new(ToyShop.Catalog), Options, seed).Sample(network, prompts, step).Lists.Select(list => list.Items)];

        var all = Draw(Prompts, 4, 0);

        Assert.Equal(all, Draw(Prompts, 4, 0));
        Assert.Equal(all[4..8], Draw([Prompts[1]], 4, 0));
        Assert.NotEqual(all, Draw(Prompts, 5, 0));
        Assert.NotEqual(all, Draw(Prompts, 4, 1));
        Assert.Distinct(all.Select(items => string.Join(' ', items)));
    }

    private static SampledList[] Sample(Transformer network, double temperature) =>
        new RolloutSampler(Lists, new(ToyShop.Catalog), Options with { Temperature = temperature }, 3).Sample(network, Prompts, step: 0).Lists;

    private static Tensor Current(Transformer network, SampledList[] lists, double temperature) =>
        FirstLineLogProbabilities.Of(network, Array.ConvertAll(Prompts, prompt => new ListRequest(prompt.Prompt, prompt.Excluded)), lists, Lists.Trie, temperature);

    private static Dictionary<int, double> FirstLine(Transformer network, RolloutPrompt prompt, double temperature)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        return Enumerable.Range(0, ToyShop.Catalog.Count).Except(prompt.Excluded).ToDictionary(item => item, item => Math.Exp(OfTitle(network, prompt, item, temperature).item<float>()));
    }

    // log p(line | prompt): at each token a softmax over the next tokens of the titles that are still possible.
    private static Tensor OfTitle(Transformer network, RolloutPrompt prompt, int item, double temperature)
    {
        int[][] lines = [.. ToyShop.Catalog.Items.Select(of => Policy.Prompt.EncodeLine(of.Title, of.Year))];
        var possible = Enumerable.Range(0, lines.Length).Except(prompt.Excluded).Select(index => lines[index]).ToArray();
        var batch = TokenBatch.PadRight([[.. prompt.Prompt, .. lines[item]]], CPU);
        var logits = network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance)).squeeze(0); // [T, V]
        var sum = zeros(1);
        for (var t = 0; t < lines[item].Length; t++)
        {
            possible = [.. possible.Where(line => line.Length > t && line.AsSpan(0, t).SequenceEqual(lines[item].AsSpan(0, t)))];
            long[] next = [.. possible.Select(line => (long)line[t]).Distinct()];
            var shares = (logits[prompt.Prompt.Length - 1 + t].index_select(0, tensor(next)) / new Real(temperature)).log_softmax(0);
            sum = sum.Plus(shares[Array.IndexOf(next, lines[item][t])]);
        }

        return sum;
    }

    private static float[] Gradient(Transformer network) =>
        [.. network.parameters().Where(parameter => parameter.grad is not null).SelectMany(parameter => parameter.grad!.reshape(-1).data<float>().ToArray())];
}
