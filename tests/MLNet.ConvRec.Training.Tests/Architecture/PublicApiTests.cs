using System.Reflection;
using System.Runtime.CompilerServices;
using MLNet.ConvRec.Dialogues;
using MLNet.ConvRec.Training.Sft;
using PublicApiGenerator;

namespace MLNet.ConvRec.Training.Tests.Architecture;

/// <summary>What users can see changes only on purpose: the approved text changes in the same commit. <c>CONVREC_APPROVE=1</c> writes it anew.</summary>
public class PublicApiTests
{
    [Fact]
    public void Library_IsAsApproved() => Verify(typeof(Dialogue).Assembly);

    [Fact]
    public void TrainingLibrary_IsAsApproved() => Verify(typeof(SftTrainer).Assembly);

    private static void Verify(Assembly assembly, [CallerFilePath] string thisFile = "")
    {
        var api = assembly.GeneratePublicApi(new ApiGeneratorOptions { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] }).ReplaceLineEndings("\n").TrimEnd() + "\n";
        var approved = Path.Combine(SourceTree.FolderOf(thisFile), $"{assembly.GetName().Name}.approved.txt");
        if (Environment.GetEnvironmentVariable("CONVREC_APPROVE") == "1")
            File.WriteAllText(approved, api);

        Assert.True(File.Exists(approved), $"{approved} is missing; run this test once with CONVREC_APPROVE=1.");
        Assert.Equal(File.ReadAllText(approved).ReplaceLineEndings("\n"), api);
    }
}
