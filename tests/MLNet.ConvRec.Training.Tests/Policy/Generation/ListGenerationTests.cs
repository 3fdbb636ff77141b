using System.Runtime.InteropServices;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.Generation;
using MLNet.ConvRec.Training.RankGrpo;
using MLNet.ConvRec.Training.RankGrpo.Objective;
using MLNet.ConvRec.Training.RankGrpo.Rollouts;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy.Generation;

[Collection<Alone>]
public class ListGenerationTests
{
    private const int Length = 6;

    public static TheoryData<double, bool, double> Samplings => new()
    {
        { 1.0, true, 1 }, { 0.7, true, 1 }, { 1.5, true, 1 }, { 1.0, false, 1 }, { 0.8, false, 1 }, { 1.0, true, 0.8 }, { 1.2, false, 0.9 },
    };

    [Theory]
    [MemberData(nameof(Samplings))]
    public void UnchangedWeights_EveryRatioIsOne(double temperature, bool isConstrained, double topP)
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var options = new RankGrpoOptions { Temperature = temperature, TopP = topP, IsCatalogConstrained = isConstrained, MaxListTokens = 40, GroupSize = 4 };
        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), options, 3).Sample(network, ToyShop.Prompts(lists), step: 0);
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();

        var current = ListLogProbabilities.Of(network, [.. rollouts.Prompts.Select(p => p.Prompt)], rollouts.Lists, lists.Trie, temperature);

        var old = Padded(rollouts.Lists, list => list.LogProbabilities, (int)current.shape[1]);
        Assert.True(old.min().item<float>() < -0.5, "the lists should have been drawn from several likely ones");
        Assert.InRange((current - old).exp().sub(1).abs().max().item<float>(), 0, 1e-5);
        var (ratio, _) = RankRatio.Of(current, old, Padded(rollouts.Lists, list => [.. list.Ranks.Select(rank => (float)rank)], (int)current.shape[1]).to(ScalarType.Int64), Length);
        Assert.InRange(ratio.sub(1).abs().max().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void SharedPrefix_EqualsThePlainForwardInValueAndGradient()
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy, scale: 3);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), new RankGrpoOptions { GroupSize = 3 }, 5).Sample(network, ToyShop.Prompts(lists), step: 0);
        using var scope = NewDisposeScope();

        var shared = ListLogProbabilities.Of(network, [.. rollouts.Prompts.Select(p => p.Prompt)], rollouts.Lists, lists.Trie, 1);
        var sharedGradient = Gradient(network, shared.square().sum());
        var plain = zeros(1);
        for (var list = 0; list < rollouts.Lists.Length; list++)
            plain += Plain(network, rollouts.Prompts[list / 3].Prompt, rollouts.Lists[list], lists).square().sum();
        var plainGradient = Gradient(network, plain);

        Assert.InRange(Math.Abs(shared.square().sum().item<float>() / plain.item<float>() - 1), 0, 1e-5);
        Assert.InRange((sharedGradient - plainGradient).norm().item<float>() / plainGradient.norm().item<float>(), 0, 1e-5);
    }

    [Fact]
    public void GreedyLists_DoNotDependOnWhoSharesTheBatch()
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var prompts = ToyShop.Prompts(lists);

        var together = Greedy(network, lists, prompts);
        var alone = prompts.SelectMany(prompt => Greedy(network, lists, [prompt])).ToArray();

        for (var list = 0; list < alone.Length; list++)
            Assert.Equal(alone[list].Items, together[list].Items);
        Assert.NotEqual(together[0].Items, together[1].Items);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    public void SampledLists_DoNotDependOnOrderOrPlaces(int places)
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        RolloutPrompt[] prompts = [.. Enumerable.Range(0, 9).Select(i => lists.Prepare(ToyShop.Dialogues[i % 3] with { Id = $"toy-{i}" }))];
        var options = new RankGrpoOptions { GroupSize = 4 };
        SampledList[] Sample(RolloutPrompt[] of, int at) => new RolloutSampler(lists, new(ToyShop.Catalog), options with { ConcurrentLists = at }, 6).Sample(network, of, step: 3).Lists;

        var all = Sample(prompts, 256);
        var few = Sample([.. prompts.Reverse()], places);

        for (var list = 0; list < all.Length; list++)
        {
            var same = few[((8 - (list / 4)) * 4) + (list % 4)];
            Assert.Equal(all[list].Tokens, same.Tokens);
            Assert.All(all[list].LogProbabilities.Zip(same.LogProbabilities), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        }

        Assert.NotEqual(all[0].Tokens, all[12].Tokens); // the same words under another id
    }

    [Fact]
    public void Candidates_AloneAreWritten()
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        ItemReference[] candidates = [new("Alien", 1979), new("THE FLY", 1986), new("Up", 2009), new("Heat", 1986), new("Not Ours", 1979)];

        var few = lists.Prepare(ToyShop.Dialogues[0] with { Candidates = candidates });
        var none = lists.Prepare(ToyShop.Dialogues[0] with { Candidates = candidates[3..] });
        var all = lists.Prepare(ToyShop.Dialogues[0] with { Candidates = [] });

        var written = Greedy(network, lists, [few, none]);
        Assert.Equal([5, 10], written[0].Items.Order()); // Alien was seen; Heat is of another year
        Assert.Empty(written[1].Items);
        Assert.Equal(lists.Prepare(ToyShop.Dialogues[0]).Excluded, all.Excluded);
    }

    [Fact]
    public void CatalogThatLeavesNoChoice_IsWrittenWithoutAsking()
    {
        var policy = ToyShop.Policy(1);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var prompt = lists.Prepare(ToyShop.Dialogues[2]);
        IListWriter[] writers =
        [
            lists.Constrained([.. Enumerable.Range(0, ToyShop.Catalog.Count - 1)], Sampling.Greedy, default),
            lists.Constrained([.. Enumerable.Range(0, ToyShop.Catalog.Count)], Sampling.Greedy, default),
            lists.Constrained([], Sampling.Greedy, default),
        ];

        var written = ListGenerator.Generate(network, lists.Trie, [new ListGroup(prompt.Prompt, writers)], 1, TestContext.Current.CancellationToken);

        Assert.Equal([ToyShop.Catalog.Count - 1], written[0].Items);
        Assert.Empty(written[0].Decisions);
        Assert.Empty(written[1].Tokens);
        Assert.Single(written[2].Items);
    }

    [Fact]
    public void Cancelled_StopsBetweenPasses()
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var group = new ListGroup([1, 2], [lists.Constrained([], Sampling.Greedy, default)]);

        Assert.Throws<OperationCanceledException>(() => ListGenerator.Generate(network, lists.Trie, [group], 1, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void ConstrainedList_HoldsNoRepeatAndNothingSeen_AndEndsWhereTheCatalogDoes()
    {
        var policy = ToyShop.Policy(20);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var prompts = ToyShop.Prompts(lists);
        var options = new RankGrpoOptions { GroupSize = 16 };

        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), options, 11).Sample(network, prompts, step: 2);

        for (var list = 0; list < rollouts.Lists.Length; list++)
        {
            var items = rollouts.Lists[list].Items;
            var excluded = prompts[list / 16].Excluded;
            Assert.Equal(ToyShop.Catalog.Count - excluded.Count, items.Length);
            Assert.Equal(items.Length, items.Distinct().Count());
            Assert.Empty(items.Intersect(excluded));
        }
    }

    [Fact]
    public void SampledFirstItems_FollowThePolicysDistribution()
    {
        var policy = ToyShop.Policy(1);
        using var network = ToyShop.Network(policy, scale: 3);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var prompts = new[] { lists.Prepare(ToyShop.Dialogues[2]) };
        const int Draws = 4096;

        var rollouts = new RolloutSampler(lists, new(ToyShop.Catalog), new RankGrpoOptions { GroupSize = Draws }, 1).Sample(network, prompts, step: 0);

        var counts = new int[ToyShop.Catalog.Count];
        var probability = new double[ToyShop.Catalog.Count];
        foreach (var list in rollouts.Lists)
        {
            counts[list.Items[0]]++;
            probability[list.Items[0]] = Math.Exp(list.Scores[0]);
        }

        var seen = Enumerable.Range(0, counts.Length).Where(item => probability[item] * Draws > 5).ToArray();
        var chiSquare = seen.Sum(item => Math.Pow(counts[item] - probability[item] * Draws, 2) / (probability[item] * Draws));
        Assert.InRange(probability.Sum(), 0.99, 1.0001);
        Assert.InRange(chiSquare, 0, 31.3); // the 0.1% point for 11 degrees of freedom
    }

    [Fact]
    public void SameSeed_SameLists_AnotherSeed_OtherLists()
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        int[][] Sample(ulong seed) => [.. new RolloutSampler(lists, new(ToyShop.Catalog), new RankGrpoOptions(), seed).Sample(network, ToyShop.Prompts(lists), 0).Lists.Select(list => list.Tokens)];

        Assert.Equal(Sample(4), Sample(4));
        Assert.NotEqual(Sample(4), Sample(5));
    }

    [Fact]
    public void ManyCalls_LeaveNoTensorBehind()
    {
        var policy = ToyShop.Policy(Length);
        using var network = ToyShop.Network(policy);
        var lists = new ListFactory(ToyShop.Catalog, policy.Prompt);
        var prompts = ToyShop.Prompts(lists);
        Greedy(network, lists, prompts);
        var before = Alone.LiveTensors();

        for (var call = 0; call < 20; call++)
            Greedy(network, lists, prompts);

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static SampledList[] Greedy(Transformer network, ListFactory lists, RolloutPrompt[] prompts)
    {
        ListGroup[] groups = [.. prompts.Select(prompt => new ListGroup(prompt.Prompt, [lists.Constrained(prompt.Excluded, Sampling.Greedy, default)]))];
        return ListGenerator.Generate(network, lists.Trie, groups, ListGenerator.DefaultPlaces, CancellationToken.None);
    }

    // The whole sequence in one causal pass, no cache, no padding, the mask by hand.
    private static Tensor Plain(Transformer network, int[] prompt, SampledList list, ListFactory lists)
    {
        var batch = TokenBatch.PadRight([[.. prompt, .. list.Tokens]], CPU);
        var logits = network.Logits(network.Hidden(batch.Ids, batch.Positions, CausalContext.Instance)).squeeze(0);
        var values = new List<Tensor>();
        foreach (var decision in list.Decisions)
        {
            var (position, node, blocked) = (decision.Position, decision.Node, decision.Blocked);
            var allowed = Enumerable.Range(lists.Trie.ChildOffset[node], lists.Trie.ChildOffset[node + 1] - lists.Trie.ChildOffset[node])
                .Select(edge => lists.Trie.FirstToken[edge]).Except(blocked).Select(token => (long)token).ToArray();
            var candidates = logits[prompt.Length + position - 1].index_select(0, tensor(allowed));
            values.Add(candidates.log_softmax(0)[Array.IndexOf(allowed, list.Tokens[position])]);
        }

        return stack(values);
    }

    private static Tensor Gradient(Transformer network, Tensor loss)
    {
        foreach (var parameter in network.parameters())
            parameter.grad?.zero_();
        loss.backward();
        return cat([.. network.parameters().Select(parameter => parameter.grad!.reshape(-1).clone())]);
    }

    private static Tensor Padded(SampledList[] lists, Func<SampledList, float[]> values, int width)
    {
        var padded = new float[lists.Length * width];
        for (var list = 0; list < lists.Length; list++)
            values(lists[list]).CopyTo(padded, list * width);
        return tensor(padded, lists.Length, width);
    }
}
