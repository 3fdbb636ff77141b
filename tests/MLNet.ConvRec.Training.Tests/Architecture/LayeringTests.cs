using System.Reflection;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Training.Sft;
using NetArchTest.Rules;

namespace MLNet.ConvRec.Training.Tests.Architecture;

/// <summary>Data flows left to right (spec, section 1): no stage knows one to its right, and a scoring host never needs libtorch.</summary>
public class LayeringTests
{
    private static readonly string[] Stages = ["Dialogues", "Catalog", "Demonstrations", "Policy", "Training", "Export", "Scoring", "Evaluation"];

    private static readonly Assembly[] Assemblies = [typeof(Dialogue).Assembly, typeof(SftTrainer).Assembly];

    public static TheoryData<string, string> Pairs =>
        new(Stages.SelectMany((left, i) => Stages[(i + 1)..].Select(right => (left, right))));

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Stage_KnowsNothingToItsRight(string left, string right)
    {
        var result = Types.InAssemblies(Assemblies)
            .That().ResideInNamespaceStartingWith($"MLNet.ConvRec.{left}")
            .ShouldNot().HaveDependencyOn($"MLNet.ConvRec.{right}")
            .GetResult();

        Assert.True(result.IsSuccessful, $"{left} uses {right}: {string.Join(", ", result.FailingTypeNames ?? [])}");
    }

    [Fact]
    public void EveryStage_HasTypes()
    {
        foreach (var stage in Stages)
            Assert.NotEmpty(Types.InAssemblies(Assemblies).That().ResideInNamespaceStartingWith($"MLNet.ConvRec.{stage}").GetTypes());
    }

    [Fact]
    public void TheRule_SeesDependenciesInsideMethods()
    {
        // The trainers' loop uses the policy's generation: looked at the wrong way round, the rule must fail.
        var result = Types.InAssemblies(Assemblies)
            .That().ResideInNamespaceStartingWith("MLNet.ConvRec.Training")
            .ShouldNot().HaveDependencyOn("MLNet.ConvRec.Policy")
            .GetResult();

        Assert.False(result.IsSuccessful);
    }

    [Theory]
    [InlineData("Torch")]
    [InlineData("ScottPlot")]
    [InlineData("Skia")]
    public void TheScoringLibrary_ReferencesNoneOfTrainings(string library) =>
        Assert.DoesNotContain(typeof(Dialogue).Assembly.GetReferencedAssemblies(), assembly => assembly.Name!.Contains(library, StringComparison.OrdinalIgnoreCase));
}
