namespace Ledger.Interop.Tests.Api;

/// <summary>Contracts, their events and the audit service, as clients of others use them.</summary>
public sealed class ContractsInteropTests(ContractsFixture seen) : IClassFixture<ContractsFixture>
{
    [Fact]
    public void JavaScript_asks_a_contract() =>
        seen.JavaScript.Equal("query", """{"stock":"4","behind":"BEHIND","unknown":true}""");

    [Fact]
    public void JavaScript_lists_contracts_and_reads_a_source() =>
        seen.JavaScript.Equal("contracts", """{"names":["shop"],"more":false,"source":true}""");

    [Fact]
    public void JavaScript_follows_events_and_takes_them_up_again_after_the_block_it_had() =>
        seen.JavaScript.Equal("events", """{"all":3,"resumed":2,"same":true,"other":0}""");

    [Fact]
    public void JavaScript_gets_the_receipt_of_a_result() =>
        seen.JavaScript.Equal("receipt", """{"bytes":true,"unknown":5}""");

    [Fact]
    public void JavaScript_reads_faults_and_learns_that_the_node_is_no_audit_node() =>
        seen.JavaScript.Equal("audit", """{"faults":0,"more":0,"report":"NOT_AN_AUDIT_NODE"}""");

    [Fact]
    public void JavaScript_lists_blocks_members_and_the_genesis_document() => seen.JavaScript.AllTrue("lists");

    [Fact]
    public void Python_proves_a_value_of_a_contract() =>
        seen.Python.Equal("state", """{"verdict":"VALID","value":"4","absent":"VALID"}""");

    [Fact]
    public void Python_verifies_the_receipt_of_a_call_from_the_genesis_on() =>
        seen.Python.Equal("receipt", """{"certified":true,"included":true,"id":true,"value":"{\"stock\":9}"}""");

    [Fact]
    public void Python_verifies_each_event_against_the_result_root_and_resumes() =>
        seen.Python.Equal("events", """{"payloads":["{\"count\":1}","{\"count\":2}","{\"count\":3}"],"resumed":2}""");

    [Fact]
    public void Python_finds_the_proven_contract_in_the_list() => seen.Python.AllTrue("list");
}
