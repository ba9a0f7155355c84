using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Moodstream.ServiceDefaults;

/// <summary>
/// Refuses keys of a section that are no option: a misspelt one would silently leave the default in force. It is a
/// validator, and not the binder's own check, so that it is reported together with all other mistakes.
/// </summary>
internal sealed class UnknownKeysValidator<TOptions>(IConfiguration configuration, string section)
    : IValidateOptions<TOptions>
    where TOptions : class
{
    private static readonly string[] Known =
        [.. typeof(TOptions).GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name).Order()];

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var failures = configuration.GetSection(section).GetChildren()
            .Where(child => !Known.Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            .Select(child => $"{child.Path} is no option; {section} has {string.Join(", ", Known)}")
            .ToArray();
        return failures.Length > 0 ? ValidateOptionsResult.Fail(failures) : ValidateOptionsResult.Success;
    }
}
