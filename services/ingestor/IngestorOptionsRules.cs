using Microsoft.Extensions.Options;
using Moodstream.Ingestor.Sources;

namespace Moodstream.Ingestor;

/// <summary>The rules that no range expresses.</summary>
internal sealed class IngestorOptionsRules : IValidateOptions<IngestorOptions>
{
    private const int MaxTermLength = 100;

    public ValidateOptionsResult Validate(string? name, IngestorOptions options)
    {
        var problems = new List<string>();
        if (!SourceName.TryParse(options.Source, out _))
        {
            problems.Add($"Source: expected 'sample', 'file:PATH' or '-', got '{options.Source}'");
        }

        problems.AddRange(options.Track
            .Where(t => string.IsNullOrWhiteSpace(t) || t.Length > MaxTermLength)
            .Select(t => $"Track: expected terms of 1 to {MaxTermLength} characters, got '{t}'"));
        if (options.MaxProbeInterval < options.Rules.Patience)
        {
            problems.Add(
                $"MaxProbeInterval: expected ProcessingTimeout + RedeliverInterval ({options.Rules.Patience}) "
                + $"or more, got {options.MaxProbeInterval}");
        }

        return problems is [] ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
