from cars import *
import time
from lokal.engine.dossier import Evidence
from lokal.study.cliffs import cliffs
from lokal.study.regimes import Regimes
ev={"act":Evidence("component_act","Акт","Act",issued=day("2024-05-15")),"r":Evidence("own","Отчёт","Report",issued=day("2026-10-01"))}
d=car({**BODY,**{k:{"value":v,"evidence":("r",)} for k,v in RND.items()},"engine.cylinder_block":{"value":"yes","evidence":("act",),"by":"s"},"ecu_engine.section_ix":"230","ecu_abs.section_ix":"201","ecu_abs.fitted":"yes","taxi.far_east_or_new_regions":"no"},evidence=ev)
if __name__=="__main__":
    rg=Regimes(RULEBOOK)
    h=cliffs(d,RULEBOOK,day("2030-06-01"),start=day("2026-11-24"),regimes=rg)
    t=time.perf_counter()
    h=cliffs(d,RULEBOOK,day("2030-06-01"),start=day("2026-11-24"),regimes=rg)
    print(time.perf_counter()-t)
    for c in h.cliffs:
        print(c.day,c.before.low,c.before.high,'->',c.after.low,c.after.high)
        for x in c.causes: print('   ',x.source,x.block,x.operations,x.change.low,x.change.high,[(e.place,e.act) for e in x.ended],[(e.place,e.act) for e in x.begun],x.facts,x.papers)
        for x in c.turns: print('   turn',x.programme,x.before.answer,x.after.answer,x.before.bar and (str(x.before.bar.low)),x.after.bar and str(x.after.bar.low))
        for x in c.filings: print('   file',x.paper,x.by,x.slow,x.outside)
    t=time.perf_counter()
    rg.moment(d,__import__("lokal").Look(day("2026-11-24")))
    print(time.perf_counter()-t)
