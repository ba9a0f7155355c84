using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using Moodstream.Redis;

namespace Moodstream.Cli;

/// <summary><c>--redis</c>: the server that the pub/sub component uses.</summary>
internal static class RedisOption
{
    /// <summary>Variable of the address, which may hold a password: a command line is seen by everyone.</summary>
    public const string Variable = "MOODSTREAM_REDIS";

    private const string ByDefault = "localhost:6379";

    /// <summary>Makes the option. It has no default of its own: help would print the variable's password.</summary>
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--redis")
        {
            Description = $"Redis server, {RedisAddress.Form}. Default: the variable {Variable}, else {ByDefault}.",
            HelpName = "ADDRESS",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !RedisAddress.TryParse(token.Value, out _))
            {
                result.AddError($"--redis: expected {RedisAddress.Form}");
            }
        });
        return option;
    }

    /// <summary>The address that applies; false after a complaint about the variable.</summary>
    public static bool TryGet(ParseResult parsed, Option<string?> option, [NotNullWhen(true)] out RedisAddress? address)
    {
        var variable = Environment.GetEnvironmentVariable(Variable);
        if (RedisAddress.TryParse(parsed.GetValue(option) ?? (string.IsNullOrEmpty(variable) ? ByDefault : variable), out address))
        {
            return true;
        }

        Complaints.Write($"{Variable}: expected {RedisAddress.Form}");
        return false;
    }
}
