using System.Buffers;
using System.Globalization;
using System.Text;

namespace Moodstream.Redis.Wire;

/// <summary>A call: an array of bulk strings, the first of which is the command's name.</summary>
/// <param name="name">Name of the command. The arguments are in no message: one may be a password.</param>
internal sealed class RedisCommand(string name)
{
    private readonly List<ReadOnlyMemory<byte>> _arguments = [Encoding.UTF8.GetBytes(name)];

    public string Name => name;

    public RedisCommand Add(ReadOnlyMemory<byte> argument)
    {
        _arguments.Add(argument);
        return this;
    }

    public RedisCommand Add(string argument) => Add(Encoding.UTF8.GetBytes(argument));

    public RedisCommand Add(long argument) => Add(argument.ToString(CultureInfo.InvariantCulture));

    /// <summary>Writes it as RESP, https://redis.io/docs/latest/develop/reference/protocol-spec/.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        WriteHeader(output, (byte)'*', _arguments.Count);
        foreach (var argument in _arguments)
        {
            WriteHeader(output, (byte)'$', argument.Length);
            output.Write(argument.Span);
            output.Write("\r\n"u8);
        }
    }

    private static void WriteHeader(IBufferWriter<byte> output, byte kind, int number)
    {
        var span = output.GetSpan(16); // kind, at most 10 digits, line end
        span[0] = kind;
        number.TryFormat(span[1..], out var digits, provider: CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(span[(1 + digits)..]);
        output.Advance(digits + 3);
    }
}
