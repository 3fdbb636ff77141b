using System.Globalization;

namespace MLNet.ConvRec.Training.Tests.Policy.Reference;

/// <summary>Our network beside implementations that are not ours, as they run now. README.md here says what to install.</summary>
[Collection<Alone>]
public class LiveReferenceTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-3;

    public static TheoryData<string> Networks => [.. ReferenceNetwork.Small.Select(network => network.Name)];

    // CONVREC_APPROVE=1 writes the recorded values anew, from the reference and never from our network.
    [Theory, MemberData(nameof(Networks))]
    public void Network_AgreesWithTheReferenceOfThePapers(string name)
    {
        var weights = ReferenceNetwork.Named(name).Weights();
        var reference = ReferenceProgram.OfPython(weights, ReferenceRequest.Small);
        if (Environment.GetEnvironmentVariable("CONVREC_APPROVE") == "1")
            RecordedAnswer.Write(name, ReferenceRequest.Small, reference);

        Compare(name, reference, NetworkAnswer.Of(weights, ReferenceRequest.Small));
    }

    [Theory, MemberData(nameof(Networks))]
    public void Network_AgreesWithLlamaCpp(string name)
    {
        var weights = ReferenceNetwork.Named(name).Weights();

        Compare(name, ReferenceProgram.OfLlamaCpp(weights, ReferenceRequest.Small), NetworkAnswer.Of(weights, ReferenceRequest.Small));
    }

    // The two references share no line, so that what both say is not a slip of one.
    [Theory, MemberData(nameof(Networks))]
    public void RecordedReference_AgreesWithLlamaCpp(string name)
    {
        var recorded = RecordedAnswer.Read(name);
        var request = new ReferenceRequest([.. recorded.Select(answer => answer.Prompt)], recorded[0].Continuation.Length);
        var answer = ReferenceProgram.OfLlamaCpp(ReferenceNetwork.Named(name).Weights(), request);
        var compared = Enumerable.Range(0, recorded.Length).Where(prompt => recorded[prompt].Logits is not null).ToArray();

        Compare(
            $"recorded {name}",
            new ReferenceAnswer(answer.Continuations, [.. compared.Select(prompt => answer.Logits[prompt])]),
            new ReferenceAnswer([.. recorded.Select(prompt => prompt.Continuation)], [.. compared.Select(prompt => recorded[prompt].Logits!)]));
    }

    [Theory, Trait("Kind", "Slow")]
    [InlineData("qwen2-0.5b", "decoder.py")]
    [InlineData("qwen2-0.5b", "llama.cpp")]
    [InlineData("llama-0.5b", "decoder.py")]
    [InlineData("llama-0.5b", "llama.cpp")]
    public void HalfBillionShape_Agrees(string name, string implementation)
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("CONVREC_REFERENCE_HALF_BILLION") == "1",
            "Takes minutes and 10 GB of memory; CONVREC_REFERENCE_HALF_BILLION=1 runs it.");
        var request = ReferenceRequest.HalfBillion;
        var weights = ReferenceNetwork.Named(name).Weights();

        var reference = implementation == "decoder.py"
            ? ReferenceProgram.OfPython(weights, request)
            : ReferenceProgram.OfLlamaCpp(weights, request);

        Compare($"{name}, {implementation}", reference, NetworkAnswer.Of(weights, request));
    }

    private void Compare(string name, ReferenceAnswer reference, ReferenceAnswer ours)
    {
        var difference = ours.LargestDifference(reference);
        var equal = ours.Continuations.Zip(reference.Continuations, (mine, theirs) => mine.SequenceEqual(theirs)).Count(isEqual => isEqual);
        var (least, most) = (reference.Logits.Min(row => row.Min()), reference.Logits.Max(row => row.Max()));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{name}: {equal} of {ours.Continuations.Length} continuations equal; "
            + $"logits of {least:F1} to {most:F1} differ by at most {difference:E1}."));
        Assert.InRange(difference, 0, Tolerance);
        Assert.Equal(reference.Continuations, ours.Continuations);
    }
}
