using System.Reflection;
using System.Reflection.Emit;
using System.Text.RegularExpressions;
using Ledger.Core.Crypto;

namespace Ledger.Architecture.Tests;

/// <summary>
/// Every decoder of the house, found by reflection so that none is forgotten, is given bytes that nobody would send: it
/// answers, throws nothing, and takes no memory that the input does not justify. The tests of each project show that what is
/// accepted is canonical.
/// </summary>
public sealed partial class DecoderFuzzTests
{
    private const int MutationsPerSample = 12;
    private const int Seed = 20_260_101;

    // Decoded objects are larger than their bytes, an empty list in a tree of lists most of all.
    private const long BytesAllowed = 256 << 10;
    private const long BytesAllowedPerByte = 300;

    private static readonly string[] Houses = ["Core", "Consensus", "Storage", "Network", "Node", "Client", "Contracts"];

    /// <summary>What decoders want to know beside the bytes.</summary>
    private static readonly Dictionary<Type, object> Known = new()
    {
        [typeof(HashFunction)] = Sha256.Instance,
        [typeof(CryptoSuite)] = Secp256k1Suite.Default,
        [typeof(Hash256)] = Sha256.Instance.Hash("id"u8),
        [typeof(string)] = "name",
        [typeof(int)] = 3,
        [typeof(bool)] = false,
    };

    private delegate bool Decoder(byte[] input, object?[] others);

    public static TheoryData<string> Names => [.. Decoders().Select(NameOf)];

    [Fact]
    public void P5_all_decoders_are_found() => Assert.InRange(Decoders().Count, 25, 200);

    [Theory]
    [MemberData(nameof(Names))]
    public void P5_no_decoder_throws_or_takes_memory_that_its_input_does_not_justify(string name)
    {
        var method = Decoders().Single(m => NameOf(m) == name);
        var decode = Compile(method);
        var others = method.GetParameters().Skip(1).Select(Argument).ToArray();
        var random = new Random(Seed);
        decode([], others);
        foreach (var sample in Samples())
        {
            Feed(name, decode, others, sample);
            for (var i = 0; i < MutationsPerSample; i++) Feed(name, decode, others, Mutated(sample, random));
        }
    }

    private static void Feed(string name, Decoder decode, object?[] others, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            decode(input, others);
        }
        catch (Exception e) when (e.GetType().Name == "WireException")
        {
            // How what reads a connection refuses: it ends the connection and nothing else.
        }
        catch (Exception e)
        {
            Assert.Fail($"{name} threw {e.GetType().Name} on {Convert.ToHexString(input)}: {e.Message}");
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(
            taken <= BytesAllowed + (BytesAllowedPerByte * input.Length),
            $"{name} took {taken} bytes for {input.Length}: {Convert.ToHexString(input)}");
    }

    private static List<MethodInfo> Decoders() =>
    [
        .. from house in Houses
           from type in Assembly.Load($"Ledger.{house}").GetTypes()
           where !type.ContainsGenericParameters && type.Namespace?.StartsWith("Ledger.", StringComparison.Ordinal) == true
           from method in type.GetMethods(
               BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
           where DecoderName().IsMatch(method.Name) && method.ReturnType == typeof(bool)
           let parameters = method.GetParameters()
           where parameters.Length > 1 && IsBytes(parameters[0].ParameterType)
           where parameters.Skip(1).All(p => p.IsOut || Argument(p) is not null)
           orderby NameOf(method)
           select method,
    ];

    private static string NameOf(MethodInfo method) =>
        $"{method.DeclaringType!.FullName}.{method.Name}({string.Join(' ', method.GetParameters().Select(p => p.Name))})";

    private static bool IsBytes(Type type) => type == typeof(ReadOnlySpan<byte>) || type == typeof(ReadOnlyMemory<byte>);

    private static object? Argument(ParameterInfo parameter)
    {
        var type = parameter.ParameterType;
        return Known.GetValueOrDefault(type.IsByRef ? type.GetElementType()! : type);
    }

    // A span cannot be passed by MethodInfo.Invoke.
    private static Decoder Compile(MethodInfo method)
    {
        var call = new DynamicMethod(
            "decode", typeof(bool), [typeof(byte[]), typeof(object[])], typeof(DecoderFuzzTests).Module,
            skipVisibility: true);
        var il = call.GetILGenerator();
        var parameters = method.GetParameters();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Call, parameters[0].ParameterType.GetMethod("op_Implicit", [typeof(byte[])])!);
        for (var i = 1; i < parameters.Length; i++)
        {
            var type = parameters[i].ParameterType;
            if (parameters[i].IsOut)
            {
                il.Emit(OpCodes.Ldloca, il.DeclareLocal(type.GetElementType()!));
                continue;
            }

            il.Emit(OpCodes.Ldarg_1);
            il.Emit(OpCodes.Ldc_I4, i - 1);
            il.Emit(OpCodes.Ldelem_Ref);
            if (type.IsByRef) il.Emit(OpCodes.Unbox, type.GetElementType()!);
            else il.Emit(OpCodes.Unbox_Any, type);
        }

        il.Emit(OpCodes.Call, method);
        il.Emit(OpCodes.Ret);
        return call.CreateDelegate<Decoder>();
    }

    // Everything in the vectors of the specification that is written in hexadecimal, and the vectors themselves.
    private static IEnumerable<byte[]> Samples()
    {
        foreach (var file in Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "docs", "spec", "vectors"), "*.json"))
        {
            var text = File.ReadAllText(file);
            yield return System.Text.Encoding.UTF8.GetBytes(text[..Math.Min(text.Length, 20_000)]);
            foreach (var match in Hex().Matches(text).DistinctBy(m => m.Length).Take(25))
                yield return Convert.FromHexString(match.Value);
        }

        yield return [.. Enumerable.Repeat((byte)0xFF, 64)];
        // Field 1, a length of two gigabytes; then of the largest number.
        yield return [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        yield return [0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
    }

    private static byte[] Mutated(byte[] sample, Random random)
    {
        var bytes = (byte[])sample.Clone();
        for (var changes = 1 + random.Next(3); changes > 0 && bytes.Length > 0; changes--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes = bytes[..at];
                    break;
                case 3:
                    bytes = [.. bytes[..at], 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, .. bytes[at..]];
                    break;
                default:
                    bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]];
                    break;
            }
        }

        return bytes;
    }

    [GeneratedRegex("^Try(Decode|Read|Parse)")]
    private static partial Regex DecoderName();

    [GeneratedRegex("(?<=\")([0-9a-fA-F]{2}){8,4000}(?=\")")]
    private static partial Regex Hex();
}
