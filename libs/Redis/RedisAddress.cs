using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Moodstream.Redis;

/// <summary>Where a Redis server is, and who asks.</summary>
public sealed record RedisAddress
{
    /// <summary>Port where none is named.</summary>
    public const int DefaultPort = 6379;

    /// <summary>What an address looks like, for messages.</summary>
    public const string Form = "HOST[:PORT] or redis[s]://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]";

    /// <summary>Name or IP address.</summary>
    public required string Host { get; init; }

    /// <summary>1 to 65,535.</summary>
    public int Port { get; init; } = DefaultPort;

    /// <summary>Whether to speak TLS (<c>rediss</c>).</summary>
    public bool UseTls { get; init; }

    /// <summary>User of the server's access list; null: the default user.</summary>
    public string? Username { get; init; }

    /// <summary>Its password; null: none is sent.</summary>
    public string? Password { get; init; }

    /// <summary>Number of the database, 0 or more.</summary>
    public int Database { get; init; }

    /// <summary>Reads an address of the form <see cref="Form"/>.</summary>
    /// <param name="text">The address; what is reserved in a user name or password is percent-encoded.</param>
    /// <param name="address">The address read.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out RedisAddress? address)
    {
        address = null;
        var full = text?.Contains("://", StringComparison.Ordinal) == false ? $"redis://{text}" : text;
        if (!Uri.TryCreate(full, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("redis" or "rediss")
            || uri.Host.Length == 0
            || uri.Query.Length > 0
            || uri.Fragment.Length > 0
            || uri.Port == 0
            || !TryDatabase(uri.AbsolutePath, out var database))
        {
            return false;
        }

        var colon = uri.UserInfo.IndexOf(':', StringComparison.Ordinal);
        if (uri.UserInfo.Length > 0 && colon < 0)
        {
            return false; // a user without a password, or a password whose ':' was forgotten: either would be a guess
        }

        address = new RedisAddress
        {
            Host = uri.DnsSafeHost,
            Port = uri.IsDefaultPort || uri.Port < 0 ? DefaultPort : uri.Port,
            UseTls = uri.Scheme == "rediss",
            Username = colon > 0 ? Uri.UnescapeDataString(uri.UserInfo[..colon]) : null,
            Password = colon >= 0 ? Uri.UnescapeDataString(uri.UserInfo[(colon + 1)..]) : null,
            Database = database,
        };
        return true;
    }

    /// <summary>Reads an address of the form <see cref="Form"/>.</summary>
    /// <param name="text">The address.</param>
    /// <exception cref="FormatException">It has another form. The message does not repeat it: it may hold a password.</exception>
    public static RedisAddress Parse(string? text) =>
        TryParse(text, out var address) ? address : throw new FormatException($"a Redis address has the form {Form}");

    /// <summary>The address without the password, for messages.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{(UseTls ? "rediss" : "redis")}://{Host}:{Port}{(Database > 0 ? $"/{Database}" : "")}");

    private static bool TryDatabase(string path, out int database)
    {
        database = 0;
        return path is "" or "/"
            || int.TryParse(path.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out database);
    }
}
