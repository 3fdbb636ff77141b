using MLNet.ConvRec.Demonstrations.Adjust;
using MLNet.ConvRec.Policy;
using MLNet.ConvRec.Policy.LogProbabilities;
using MLNet.ConvRec.Policy.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace MLNet.ConvRec.Training.Tests.Policy.LogProbabilities;

/// <summary>Blocks against the plain way: all logits at once, a vocabulary-wide mask, log-softmax. The vocabulary is large enough that groups are cut.</summary>
[Collection<Alone>]
public class TokenLogProbabilitiesTests
{
    private const int Vocabulary = 20_000;
    private static readonly int[] Children = [.. Enumerable.Range(0, 9000).Select(i => (i * 2) + 3)];
    private static readonly int[] Few = [7, 20, 21, 4000, 19_999];

    public static TheoryData<string, double, bool> Cases => new()
    {
        { "whole", 1, true }, { "whole", 0.7, false }, { "children", 1.5, true }, { "few", 1, true }, { "kept", 0.8, true }, { "shared", 0.9, true }, { "all", 0.9, false }, { "all", 1, true },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void ValuesAndGradients_AreThoseOfAllLogitsAtOnce(string kinds, double temperature, bool isTied)
    {
        using var network = Network(isTied, Precision.Full);
        using var scope = NewDisposeScope();
        var choices = Choices(kinds);
        var hidden = Hidden();

        var values = TokenLogProbabilities.Of(network, hidden, choices, temperature);
        var (ofHidden, ofHead) = Gradients(network, hidden, values);
        var plain = Plain(network, hidden, choices, temperature);
        var (plainOfHidden, plainOfHead) = Gradients(network, hidden, plain);

        Assert.InRange((values - plain).abs().max().item<float>(), 0, 1e-4);
        Assert.True(values.min().item<float>() < -1);
        Assert.InRange(Relative(ofHidden, plainOfHidden), 0, 1e-5);
        Assert.InRange(Relative(ofHead, plainOfHead), 0, 1e-5);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void EntropiesAndTheirGradients_AreThoseOfAllLogitsAtOnce(string kinds, double temperature, bool isTied)
    {
        using var network = Network(isTied, Precision.Full);
        using var scope = NewDisposeScope();
        var choices = Choices(kinds);
        var hidden = Hidden();

        var entropies = TokenEntropies.Of(network, hidden, choices, temperature);
        var (ofHidden, ofHead) = Gradients(network, hidden, entropies);
        var shares = PlainShares(network, hidden, choices, temperature);
        var plain = -(shares.exp() * shares.clamp_min(-1e30)).sum(1);
        var (plainOfHidden, plainOfHead) = Gradients(network, hidden, plain);
        using var withoutGradient = no_grad();

        Assert.InRange((entropies - plain).abs().max().item<float>(), 0, 1e-4);
        Assert.True(plain.max().item<float>() - plain.min().item<float>() > 1e-3);
        Assert.InRange(Relative(ofHidden, plainOfHidden), 0, 2e-5);
        Assert.InRange(Relative(ofHead, plainOfHead), 0, 2e-5);
        Assert.InRange((TokenEntropies.Of(network, hidden, choices, temperature) - entropies).abs().max().item<float>(), 0, 1e-6);
    }

    [Theory]
    [InlineData(Precision.Mixed)]
    [InlineData(Precision.BFloat16)]
    public void ShorterNumbers_GiveNearlyTheSame(Precision precision)
    {
        using var exact = Network(isTied: true, Precision.Full);
        using var network = Network(isTied: true, precision);
        using var scope = NewDisposeScope();
        var (choices, hidden) = (Choices("all"), Hidden());

        var expected = TokenLogProbabilities.Of(exact, hidden, choices, 1);
        var (_, expectedOfHead) = Gradients(exact, hidden, expected);
        var values = TokenLogProbabilities.Of(network, hidden, choices, 1);
        var (_, ofHead) = Gradients(network, hidden, values);

        Assert.InRange((values - expected).abs().max().item<float>(), 1e-6, 0.05);
        Assert.InRange(Relative(ofHead, expectedOfHead), 0, 0.02);
    }

    [Fact]
    public void Training_LeavesNoTensorBehind()
    {
        using var network = Network(isTied: true, Precision.Full);
        var choices = Choices("all");
        Step();
        var before = Alone.LiveTensors();

        for (var step = 0; step < 5; step++)
            Step();

        Assert.Equal(before, Tensor.TotalCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            TokenLogProbabilities.Of(network, Hidden(), choices, 1).sum().backward();
            TokenEntropies.Of(network, Hidden(), choices, 1).sum().backward();
        }
    }

    // Several hundred rows, or a few: groups that are cut by tokens, and groups that share a block. The whole vocabulary makes more logits than are kept.
    private static TokenChoice[] Choices(string kinds)
    {
        var random = new Random(2);
        var whole = Enumerable.Range(0, 850).Select(_ => new TokenChoice(random.Next(40), random.Next(Vocabulary), default, []));
        var children = Enumerable.Range(0, 600).Select(i => new TokenChoice(random.Next(40), Children[(i * 14) + 1], Children, [Children[0], Children[8999]]));
        var few = Enumerable.Range(0, 30).Select(i => new TokenChoice(random.Next(40), Few[i % 4], Few, i % 2 == 0 ? [Few[4]] : []));
        var kept = Enumerable.Range(0, 60).Select(i =>
        {
            int[] set = [.. Enumerable.Range(0, 50 + i).Select(_ => random.Next(Vocabulary)).Distinct().Order()];
            return new TokenChoice(random.Next(40), set[i], set, []);
        });
        var shared = Enumerable.Range(0, 600).Select(i => new TokenChoice(random.Next(40), Children[(i * 14) + 1], Children, [Children[0], Children[8999]])
        {
            Shares = [new(Children[1], 0.5f), new(Children[(i * 14) + 2], 0.125f), new(Children[8998], 0.375f)],
        }).Concat(few.Select(choice => choice with { Shares = [new(Few[0], 0.25f), new(Few[3], 0.75f)] }));
        return [.. new[] { ("whole", whole), ("children", children), ("few", few), ("kept", kept), ("shared", shared) }
            .Where(kind => kinds == "all" || kinds == kind.Item1).SelectMany(kind => kind.Item2)];
    }

    private static Tensor Plain(Transformer network, Tensor hidden, TokenChoice[] choices, double temperature)
    {
        // What asks for fewer tokens than three asks for its own with a share of 0.
        TokenShare[][] asked = [.. choices.Select(choice => (TokenShare[])[.. choice.Shares is { Length: > 0 } several ? several : [new(choice.Token, 1)], new(choice.Token, 0), new(choice.Token, 0)])];
        var places = tensor(asked.SelectMany(tokens => tokens.Take(3)).Select(token => (long)token.Token).ToArray(), choices.Length, 3);
        var shares = tensor(asked.SelectMany(tokens => tokens.Take(3)).Select(token => token.Share).ToArray(), choices.Length, 3);
        return PlainShares(network, hidden, choices, temperature).gather(1, places).mul(shares).sum(1);
    }

    private static Tensor PlainShares(Transformer network, Tensor hidden, TokenChoice[] choices, double temperature)
    {
        var logits = network.Logits(hidden.index_select(0, tensor(choices.Select(choice => choice.Row).ToArray()))).div(HeldScalars.Of(temperature));
        var forbidden = new bool[choices.Length * (long)Vocabulary];
        for (var i = 0; i < choices.Length; i++)
        {
            var row = forbidden.AsSpan(i * Vocabulary, Vocabulary);
            row.Fill(choices[i].Allowed.Array is not null);
            foreach (var token in choices[i].Allowed.AsSpan())
                row[token] = false;
            foreach (var token in choices[i].Blocked)
                row[token] = true;
        }

        return logits.masked_fill(tensor(forbidden, choices.Length, Vocabulary), HeldScalars.Of(double.NegativeInfinity)).log_softmax(1);
    }

    private static (Tensor Hidden, Tensor Head) Gradients(Transformer network, Tensor hidden, Tensor values)
    {
        hidden.grad?.zero_();
        network.HeadWeight.grad?.zero_();
        values.mul(values.detach().sin()).sum().backward(); // a gradient of both signs
        return (hidden.grad!.clone(), network.HeadWeight.grad!.to(ScalarType.Float32).clone());
    }

    private static float Relative(Tensor a, Tensor b) => (a - b).norm().item<float>() / b.norm().item<float>();

    private static Tensor Hidden() => randn(40, 24, generator: new Generator(3)).requires_grad_(true);

    private static Transformer Network(bool isTied, Precision precision)
    {
        TorchRuntime.EnsureLoaded();
        var config = SmallPolicies.Configs["qwen2"] with { VocabularySize = Vocabulary, TieWordEmbeddings = isTied, LayerCount = 1 };
        return new Transformer(SmallPolicies.Weights(config), CPU, precision);
    }
}
