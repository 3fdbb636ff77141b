using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MLNet.ConvRec.Tool.Tests.Docs;

/// <summary>
/// A page's C# as a stranger would paste it. A block that begins with <c>using Microsoft.ML;</c> begins a program; any other goes on from
/// what stands before it on its page, and the first of a page of docs from README's training program.
/// </summary>
internal static partial class DocumentedProgram
{
    private const string Beginning = "using Microsoft.ML;\n";

    // What the SDK's ImplicitUsings bring, and nothing else.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions CSharp14 = new(LanguageVersion.CSharp14);

    // All that this process may load: the framework, the library, and the packages that the docs name.
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The programs of a page, each whole.</summary>
    public static IEnumerable<string> Of(Page page, string trainingProgram)
    {
        var blocks = new List<string>();
        foreach (var block in page.Blocks("csharp"))
        {
            if (block.StartsWith(Beginning, StringComparison.Ordinal))
            {
                if (blocks.Count > 0)
                    yield return Joined(blocks);
                blocks.Clear();
            }
            else if (blocks.Count == 0)
            {
                blocks.Add(trainingProgram);
            }

            blocks.Add(block);
        }

        if (blocks.Count > 0)
            yield return Joined(blocks);
    }

    /// <summary>What the compiler has against a program.</summary>
    public static IReadOnlyList<string> Errors(string program)
    {
        var compilation = CSharpCompilation.Create(
            "Pasted",
            [CSharpSyntaxTree.ParseText(ImplicitUsings, CSharp14), CSharpSyntaxTree.ParseText(program, CSharp14)],
            References,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(problem => problem.Severity == DiagnosticSeverity.Error).Select(Told)];
    }

    private static string Told(Diagnostic problem)
    {
        var line = problem.Location.GetLineSpan().StartLinePosition.Line;
        return $"{problem.Id} {problem.GetMessage(CultureInfo.InvariantCulture)}: {problem.Location.SourceTree?.GetText().Lines[line].ToString().Trim()}";
    }

    // Directives stand before statements.
    private static string Joined(IEnumerable<string> blocks)
    {
        var text = string.Concat(blocks);
        return string.Concat(Directive().Matches(text).Select(match => match.Value).Distinct()) + Directive().Replace(text, "");
    }

    [GeneratedRegex(@"^using [\w.]+;\n", RegexOptions.Multiline)]
    private static partial Regex Directive();
}
