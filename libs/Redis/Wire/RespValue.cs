using System.Text;

namespace Moodstream.Redis.Wire;

/// <summary>Kinds of answers in RESP2, the only version spoken: no HELLO is sent.</summary>
internal enum RespKind
{
    SimpleString,
    Error,
    Integer,
    BulkString,
    Array,
    Null,
}

/// <summary>An answer of the server.</summary>
internal sealed class RespValue
{
    private const int ShownChars = 200;

    private RespValue(RespKind kind) => Kind = kind;

    public static RespValue Null { get; } = new(RespKind.Null);

    public RespKind Kind { get; }

    /// <summary>Of a string or an error.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private init; }

    /// <summary>Of an integer.</summary>
    public long Integer { get; private init; }

    /// <summary>Of an array.</summary>
    public IReadOnlyList<RespValue> Items { get; private init; } = [];

    public static RespValue Text(RespKind kind, ReadOnlyMemory<byte> bytes) => new(kind) { Bytes = bytes };

    public static RespValue Number(long value) => new(RespKind.Integer) { Integer = value };

    public static RespValue Array(IReadOnlyList<RespValue> items) => new(RespKind.Array) { Items = items };

    public string ToText() => Encoding.UTF8.GetString(ToBytes().Span);

    public ReadOnlyMemory<byte> ToBytes() =>
        Kind is RespKind.SimpleString or RespKind.BulkString ? Bytes : throw Unexpected("text");

    public string ToErrorText() =>
        Kind == RespKind.Error ? Encoding.UTF8.GetString(Bytes.Span) : throw Unexpected("an error");

    public long ToInteger() => Kind == RespKind.Integer ? Integer : throw Unexpected("an integer");

    public IReadOnlyList<RespValue> ToItems() => Kind == RespKind.Array ? Items : throw Unexpected("an array");

    /// <summary>Text from outside as it may stand in a message.</summary>
    public static string Shorten(string text) => text.Length <= ShownChars ? text : $"{text[..ShownChars]}…";

    private RedisException Unexpected(string expected) =>
        new(RedisFailure.Protocol, $"expected {expected} in the answer, came {Kind}");
}
