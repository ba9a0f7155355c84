using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace Moodstream.Cli.Doctor;

/// <summary>Writes the findings, for a person or for a machine.</summary>
internal static class DoctorReport
{
    public static void Write(IReadOnlyList<Finding> findings, bool asJson)
    {
        if (asJson)
        {
            using var output = Console.OpenStandardOutput();
            JsonSerializer.Serialize(output, new Report(findings.All(f => f.State != FindingState.Missing), findings), ReportJson.Default.Report);
            output.Write("\n"u8);
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (Console.IsOutputRedirected)
        {
            console.Profile.Width = int.MaxValue; // A file has no edge to wrap at.
        }

        foreach (var finding in findings)
        {
            var mark = finding.State switch
            {
                FindingState.Found => "[green]found  [/]",
                FindingState.Optional => "[yellow]note   [/]",
                _ => "[red]missing[/]",
            };
            console.MarkupLine($"{mark}  {Markup.Escape(finding.Name)}: {Markup.Escape(finding.Detail)}");
            console.MarkupLine($"         [dim]for {Markup.Escape(finding.NeededFor)}[/]");
        }
    }
}

/// <summary>The findings as JSON.</summary>
/// <param name="Ok">Whether nothing needed is missing.</param>
/// <param name="Findings">All of them.</param>
internal sealed record Report(bool Ok, IReadOnlyList<Finding> Findings);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Report))]
internal sealed partial class ReportJson : JsonSerializerContext;
